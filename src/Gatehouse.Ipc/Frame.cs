namespace Gatehouse.Ipc;

/// <summary>One frame as read.</summary>
/// <param name="Kind">The kind of payload.</param>
/// <param name="Payload">The bytes; good until the next frame is read.</param>
public readonly record struct Frame(FrameKind Kind, ReadOnlyMemory<byte> Payload);
