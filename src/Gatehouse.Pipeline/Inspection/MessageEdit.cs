using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>One change that a rule demands of a message.</summary>
/// <param name="Range">The bytes concerned: a whole JSON value, a member with its comma, or a stretch inside one string that cuts no escape sequence.
/// Positions are those of the message that the rule judged. An empty range is a position to insert at.</param>
/// <param name="Bytes">The bytes that replace the range, in JSON; not copied until the edit is applied.</param>
/// <param name="Strength">Precedence among edits that overlap.</param>
public readonly record struct MessageEdit(ByteRange Range, ReadOnlyMemory<byte> Bytes, EditStrength Strength)
{
    /// <summary>Creates an edit that adds bytes before a position.</summary>
    public static MessageEdit Insert(int position, ReadOnlyMemory<byte> bytes) => new(new ByteRange(position, 0), bytes, EditStrength.Annotate);

    /// <summary>Creates an edit that replaces a range.</summary>
    public static MessageEdit Replace(ByteRange range, ReadOnlyMemory<byte> bytes) => new(range, bytes, EditStrength.Replace);

    /// <summary>Creates an edit that removes a range.</summary>
    public static MessageEdit Remove(ByteRange range) => new(range, ReadOnlyMemory<byte>.Empty, EditStrength.Remove);
}
