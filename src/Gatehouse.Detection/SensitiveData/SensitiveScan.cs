using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Detection.PersonalData;
using Gatehouse.Detection.Secrets;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.SensitiveData;

/// <summary>One pass over the strings and numbers of a value. Reused; not safe for concurrent use.</summary>
internal sealed class SensitiveScan
{
    // A longer value under the name of a secret is found by its form only.
    private const int LongestNamed = 512;

    // The least digits of a number of JSON that is read.
    private const int ShortestNumber = 8;
    private const int LongestNumber = 20;

    private readonly TokenText token = new();
    private readonly NameLabels labels = new();
    private readonly List<PersonalHit> personal = [];
    private readonly List<SensitiveHit> hits = [];
    private IReadOnlyList<OwnDataKind> own = [];

    /// <summary>Returns what is found.</summary>
    public IReadOnlyList<SensitiveHit> Find(ReadOnlySpan<byte> message, ByteRange value, IReadOnlyList<OwnDataKind> kinds)
    {
        own = kinds;
        hits.Clear();
        labels.Clear();
        var at = value.Start;
        foreach (var text in new JsonTexts(message, value))
        {
            ReadNumbers(message, at, text.Token.Start);
            ReadString(message, text);
            at = text.Token.End;
        }

        ReadNumbers(message, at, value.End);
        return hits.Count == 0 ? [] : WithoutOverlap();
    }

    private void ReadString(ReadOnlySpan<byte> message, JsonTextToken text)
    {
        var (start, end, isName) = (text.Token.Start, text.Token.End, text.IsName);
        if (isName) labels.Name(message[(start + 1)..(end - 1)]);
        else labels.Value();
        if (!isName && labels.IsBinary && end - start > LongestNamed) return; // content in base64, which no text detector reads
        var at = start + 1;
        for (var isFirst = true; at < end - 1; isFirst = false)
        {
            at = token.Read(message, at, end - 1, isFirst);
            ReadSlice(isName ? "" : labels.Current, isWhole: isFirst && at >= end - 1 && !isName);
        }
    }

    private void ReadSlice(string label, bool isWhole)
    {
        var text = token.All;
        personal.Clear();
        PersonalDataDetector.Find(text, label, personal);
        foreach (var hit in personal) Add(hit.Kind, null, hit.Start, hit.Length, hit.Confidence);
        string? copy = null;
        if (SecretHint.MayHold(text))
        {
            foreach (var hit in SecretDetector.Find(copy = text.ToString()))
                Add(SensitiveData.Secret, hit.Kind, hit.Start, hit.Length, hit.Confidence);
        }

        if (isWhole && label.Length > 0 && text.Length is > 0 and <= LongestNamed && labels.IsTelling
            && SecretDetector.ByName(labels.Last, copy ?? text.ToString()) is { } confidence)
            Add(SensitiveData.Secret, SecretNames.IsPassword(labels.Last) ? "password-by-name" : "secret-by-name", 0, text.Length, confidence);
        foreach (var kind in own) ReadOwn(kind, text, label);
    }

    private void ReadOwn(OwnDataKind kind, ReadOnlySpan<char> text, string label)
    {
        if (kind.Pattern is { } pattern)
        {
            foreach (var match in pattern.EnumerateMatches(text))
            {
                if (match.Length > 0 && kind.HasContext(text, match.Index, match.Length, label))
                    Add(kind.Name, null, match.Index, match.Length, Confidence.High);
            }
        }

        var start = 0;
        while (kind.Words is { } words && words.TryFind(text, ref start, out var length))
        {
            if (kind.HasContext(text, start, length, label)) Add(kind.Name, null, start, length, Confidence.High);
            start += length;
        }
    }

    // What ends in the part that is kept of the slice before was found there.
    private void Add(string kind, string? form, int start, int length, Confidence confidence)
    {
        if (length == 0 || start + length <= token.Kept) return;
        var (from, to) = (token.StartOf(start), token.EndOf(start + length - 1));
        hits.Add(new SensitiveHit(kind, form, new ByteRange(from, to - from), confidence, IsNumber: false));
    }

    // Between two strings there are only numbers, words and signs of JSON.
    private void ReadNumbers(ReadOnlySpan<byte> message, int from, int end)
    {
        while (from < end && message[from..end].IndexOfAnyInRange((byte)'0', (byte)'9') is >= 0 and var next)
            from = ReadNumber(message, from + next, end);
    }

    private int ReadNumber(ReadOnlySpan<byte> message, int start, int end)
    {
        var at = start;
        while (at < end && message[at] is >= (byte)'0' and <= (byte)'9') at++;
        var isWhole = at >= end || message[at] is not ((byte)'.' or (byte)'e' or (byte)'E');
        if (isWhole && at - start is >= ShortestNumber and <= LongestNumber && (start == 0 || message[start - 1] is not ((byte)'.' or (byte)'-')))
        {
            Span<char> digits = stackalloc char[LongestNumber];
            for (var i = start; i < at; i++) digits[i - start] = (char)message[i];
            personal.Clear();
            PersonalDataDetector.Find(digits[..(at - start)], labels.Current, personal);
            foreach (var hit in personal)
                hits.Add(new SensitiveHit(hit.Kind, null, new ByteRange(start, at - start), hit.Confidence, IsNumber: true));
        }

        // The rest of a fraction or an exponent.
        while (at < end && message[at] is (byte)'.' or (byte)'e' or (byte)'E' or (byte)'+' or (byte)'-' or (>= (byte)'0' and <= (byte)'9')) at++;
        return at;
    }

    // Of two that overlap, the surer one stays, over the bytes of both, so that nothing of either remains.
    private List<SensitiveHit> WithoutOverlap()
    {
        hits.Sort(static (one, other) => one.Span.Start != other.Span.Start ? one.Span.Start.CompareTo(other.Span.Start)
            : one.Confidence != other.Confidence ? other.Confidence.CompareTo(one.Confidence) : other.Span.Length.CompareTo(one.Span.Length));
        List<SensitiveHit> kept = new(hits.Count);
        foreach (var hit in hits)
        {
            if (kept.Count == 0 || hit.Span.Start >= kept[^1].Span.End)
            {
                kept.Add(hit);
                continue;
            }

            var before = kept[^1];
            var whole = new ByteRange(before.Span.Start, Math.Max(before.Span.End, hit.Span.End) - before.Span.Start);
            kept[^1] = (hit.Confidence > before.Confidence ? hit : before) with { Span = whole };
        }

        return kept;
    }
}
