using System.Buffers;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol.Canonical;

/// <summary>The members of one object in canonical order, in rented memory that is given back on disposal.</summary>
internal readonly struct CanonicalMembers : IDisposable
{
    private readonly JsonMember[] rented;
    private readonly int count;

    public CanonicalMembers(ReadOnlyMemory<byte> validated, ByteRange jsonObject)
    {
        rented = ArrayPool<JsonMember>.Shared.Rent(16);
        foreach (var member in JsonWalk.Members(validated.Span, jsonObject))
        {
            if (count == rented.Length)
                Grow(ref rented);
            rented[count++] = member;
        }

        rented.AsSpan(0, count).Sort(new ByName(validated));
    }

    public ReadOnlySpan<JsonMember> Sorted => rented.AsSpan(0, count);

    public void Dispose() => ArrayPool<JsonMember>.Shared.Return(rented);

    private static void Grow(ref JsonMember[] rented)
    {
        var larger = ArrayPool<JsonMember>.Shared.Rent(rented.Length * 2);
        rented.CopyTo(larger, 0);
        ArrayPool<JsonMember>.Shared.Return(rented);
        rented = larger;
    }

    /// <summary>Compares decoded names by their UTF-16 units (RFC 8785 section 3.2.3) without decoding them into a buffer.</summary>
    private readonly struct ByName(ReadOnlyMemory<byte> validated) : IComparer<JsonMember>
    {
        public int Compare(JsonMember x, JsonMember y)
        {
            var bytes = validated.Span;
            var left = new JsonStringBytes(bytes.Slice(x.Name.Start + 1, x.Name.Length - 2));
            var right = new JsonStringBytes(bytes.Slice(y.Name.Start + 1, y.Name.Length - 2));
            while (true)
            {
                var a = left.Next();
                var b = right.Next();
                if (a != b)
                    return Rank(a) - Rank(b);
                if (a < 0)
                    return 0;
            }
        }

        // UTF-8 sorts by code point; by UTF-16 unit the pairs of surrogates (lead bytes F0 to F4) come before U+E000 to U+FFFF (EE and EF).
        private static int Rank(int b) => b is 0xEE or 0xEF ? b + 0x10 : b;
    }
}
