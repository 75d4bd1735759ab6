using System.Runtime.InteropServices;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// The members and elements that a rule takes out of a value of a message, found during one walk in the order of the bytes. Each byte is copied once,
/// however deep the values are nested (CWE-407).
/// </summary>
internal sealed class JsonCuts(ReadOnlyMemory<byte> message, ByteRange value)
{
    private readonly List<(int Start, int End)> cuts = [];

    /// <summary>The value without what was taken out; null when that is nothing.</summary>
    public ReadOnlyMemory<byte>? Rest
    {
        get
        {
            if (cuts.Count == 0) return null;
            var bytes = value.Of(message.Span);
            var rest = new byte[bytes.Length - cuts.Sum(cut => cut.End - cut.Start)];
            int read = 0, length = 0;
            foreach (var (start, end) in CollectionsMarshal.AsSpan(cuts))
            {
                bytes[read..start].CopyTo(rest.AsSpan(length));
                length += start - read;
                read = end;
            }

            bytes[read..].CopyTo(rest.AsSpan(length));
            return rest;
        }
    }

    /// <summary>Begins an object or array.</summary>
    public Parts Within() => new(cuts);

    /// <summary>The members or elements of one object or array. Positions are those within the value.</summary>
    internal struct Parts(List<(int Start, int End)> cuts)
    {
        private int keptEnd = -1; // end of the last part that stays
        private int takenEnd = -1;
        private int start;
        private int before;

        /// <summary>Begins the next part.</summary>
        public void Begin(long position)
        {
            start = (int)position;
            // No part stays before this one, so the comma before it goes too.
            if (keptEnd < 0 && takenEnd >= 0) cuts.Add((takenEnd, start));
            before = cuts.Count;
        }

        /// <summary>Ends a part that stays, without what was taken out of it.</summary>
        public void Keep(long position) => keptEnd = (int)position;

        /// <summary>Ends a part that stays as it is, whatever was taken out of it.</summary>
        public void KeepWhole(long position)
        {
            cuts.RemoveRange(before, cuts.Count - before);
            keptEnd = (int)position;
        }

        /// <summary>Ends a part that is taken out.</summary>
        public void Take(long position)
        {
            cuts.RemoveRange(before, cuts.Count - before);
            takenEnd = (int)position;
            cuts.Add((keptEnd < 0 ? start : keptEnd, takenEnd));
            if (keptEnd >= 0) keptEnd = takenEnd;
        }
    }
}
