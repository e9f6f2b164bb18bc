/** An action that cannot be done; `status` is what the control API answers. */
export class ActionError extends Error {
  readonly status: 400 | 404 | 409;

  constructor(status: 400 | 404 | 409, message: string) {
    super(message);
    this.status = status;
  }
}
