using System.Buffers;
using Gatehouse.Protocol.Json;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Protocol.Edits;

/// <summary>A set of replacements and removals in a validated message; all other bytes stay as they are.</summary>
/// <remarks>
/// Ranges refer to the original message, in any order. The result is validated again before it is a message again. A message whose method, name or
/// params changed must also be decided about again. Not for use by several threads.
/// </remarks>
public sealed class MessageSplice(ValidatedMessage original)
{
    private readonly SortedList<int, Edit> edits = [];

    /// <summary>The message as it was.</summary>
    public ValidatedMessage Original { get; } = original ?? throw new ArgumentNullException(nameof(original));

    /// <summary>True when there is no edit.</summary>
    public bool IsEmpty => edits.Count == 0;

    /// <summary>The size of the result in bytes.</summary>
    public int Length => Original.Bytes.Length + edits.Values.Sum(edit => edit.Bytes.Length - edit.Range.Length);

    /// <summary>Puts other bytes in the place of a range.</summary>
    /// <param name="range">A range of the original that overlaps no other edit. An empty one inserts before its start.</param>
    /// <param name="bytes">The new bytes; not copied until <see cref="Apply"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the message.</exception>
    /// <exception cref="InvalidOperationException">The range overlaps another edit or begins where another begins.</exception>
    public void Replace(ByteRange range, ReadOnlyMemory<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(range.Start, nameof(range));
        ArgumentOutOfRangeException.ThrowIfNegative(range.Length, nameof(range));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)range.Start + range.Length, Original.Bytes.Length, nameof(range));
        if (Overlaps(range))
            throw new InvalidOperationException("Two edits of one message overlap.");
        edits.Add(range.Start, new Edit(range, bytes));
    }

    /// <summary>Takes a range out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the message.</exception>
    /// <exception cref="InvalidOperationException">The range overlaps another edit.</exception>
    public void Remove(ByteRange range) => Replace(range, ReadOnlyMemory<byte>.Empty);

    /// <summary>Returns the edited bytes in memory of their own.</summary>
    public byte[] Apply()
    {
        var output = new ArrayBufferWriter<byte>(Math.Max(Length, 1));
        ApplyTo(output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes the edited bytes, for callers that own a pooled buffer.</summary>
    public void ApplyTo(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var bytes = Original.Bytes.Span;
        var at = 0;
        foreach (var edit in edits.Values)
        {
            output.Write(bytes[at..edit.Range.Start]);
            output.Write(edit.Bytes.Span);
            at = edit.Range.End;
        }

        output.Write(bytes[at..]);
    }

    /// <summary>Returns the edited message, validated like any other, or the original itself when there is no edit.</summary>
    /// <exception cref="InvalidDataException">The edits do not give one unambiguous message within the limits.</exception>
    public ValidatedMessage ApplyAndValidate(MessageLimits limits)
    {
        if (IsEmpty)
            return Original;
        return MessageValidator.TryValidate(Apply(), limits, out var message, out var failure)
            ? message
            : throw new InvalidDataException($"The edited message cannot be validated: {MessageFaults.Describe(failure.Fault)}.");
    }

    private bool Overlaps(ByteRange range)
    {
        var low = 0;
        var high = edits.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (edits.GetKeyAtIndex(middle) < range.Start)
                low = middle + 1;
            else
                high = middle;
        }

        var withNext = low < edits.Count && (edits.GetKeyAtIndex(low) == range.Start || edits.GetKeyAtIndex(low) < range.End);
        return withNext || (low > 0 && edits.GetValueAtIndex(low - 1).Range.End > range.Start);
    }

    private readonly record struct Edit(ByteRange Range, ReadOnlyMemory<byte> Bytes);
}
