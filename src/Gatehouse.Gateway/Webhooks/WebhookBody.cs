namespace Gatehouse.Gateway.Webhooks;

/// <summary>The body of a notification for one attempt.</summary>
/// <param name="Bytes">JSON; empty with a fault.</param>
/// <param name="Until">The moment after which the notification is of no use; null for none.</param>
/// <param name="Fault">The cause why it may not leave the process now (<see cref="SendFault"/>); null where it may.</param>
internal sealed record WebhookBody(ReadOnlyMemory<byte> Bytes, DateTimeOffset? Until, string? Fault = null);
