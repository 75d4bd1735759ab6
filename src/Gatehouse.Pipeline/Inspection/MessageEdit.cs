using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>One change that a rule demands of a message.</summary>
/// <param name="Range">The bytes concerned: a whole JSON value, a member with its comma, or a stretch inside one string that cuts no escape sequence.
/// Positions are those of the message that the rule judged. An empty range is a place to insert at.</param>
/// <param name="Bytes">What the message has there afterwards, in JSON; not copied until the edit is applied.</param>
/// <param name="Strength">Which edit is applied where several overlap.</param>
public readonly record struct MessageEdit(ByteRange Range, ReadOnlyMemory<byte> Bytes, EditStrength Strength)
{
    /// <summary>Adds bytes before a position.</summary>
    public static MessageEdit Insert(int position, ReadOnlyMemory<byte> bytes) => new(new ByteRange(position, 0), bytes, EditStrength.Annotate);

    /// <summary>Puts bytes in the place of a range.</summary>
    public static MessageEdit Replace(ByteRange range, ReadOnlyMemory<byte> bytes) => new(range, bytes, EditStrength.Replace);

    /// <summary>Takes a range out.</summary>
    public static MessageEdit Remove(ByteRange range) => new(range, ReadOnlyMemory<byte>.Empty, EditStrength.Remove);
}
