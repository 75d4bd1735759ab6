using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Inspection.Protection;

/// <summary>
/// Leaves out members of a structured result whose schema admits no placeholder and no token, where it does not require them. Where it does, the
/// result stays as it is changed, and the rule of result schemas withholds it: no client gets a false value.
/// </summary>
internal static class MemberRemoval
{
    /// <summary>Returns the edits with which the result fits its schema, and whether members are left out.</summary>
    public static (IReadOnlyList<MessageEdit> Edits, bool IsLeftOut) Fit(Exchange exchange, ValidatedMessage message, ProtectionVerdict verdict)
    {
        if (exchange.Tool?.Output is not { } schema || !message.Has(EnvelopeMember.ResultStructuredContent)) return (verdict.Edits, false);
        var content = message.Range(EnvelopeMember.ResultStructuredContent);
        ByteRange[] inContent = [.. verdict.Hidden.Where(span => content.Start <= span.Start && span.End <= content.End)];
        if (inContent.Length == 0 || message.Bytes.Span[content.Start] != (byte)'{' || Fits(verdict.Edits)) return (verdict.Edits, false);
        List<MessageEdit> removals = [];
        foreach (var span in inContent)
        {
            if (MemberOf(message.Bytes.Span, content, span) is not { } member) return (verdict.Edits, false);
            if (!removals.Exists(one => one.Range == member)) removals.Add(MessageEdit.Remove(member));
        }

        List<MessageEdit> smaller =
        [
            .. verdict.Edits.Where(edit => !removals.Exists(one => one.Range.Start <= edit.Range.Start && edit.Range.End <= one.Range.End)),
            .. removals,
        ];
        return Fits(smaller) ? (smaller, true) : (verdict.Edits, false);

        bool Fits(IReadOnlyList<MessageEdit> edits)
        {
            var merger = new EditMerger(message);
            merger.Add(edits, "protection");
            return merger.Apply(exchange.Server.ResponseBytes) is { } edited && edited.Has(EnvelopeMember.ResultStructuredContent)
                && schema.Check(edited, edited.Range(EnvelopeMember.ResultStructuredContent), exchange.Work) is null;
        }
    }

    // The innermost member around a span, with one comma.
    private static ByteRange? MemberOf(ReadOnlySpan<byte> bytes, ByteRange value, ByteRange span)
    {
        if (bytes[value.Start] == (byte)'[')
        {
            foreach (var element in JsonWalk.Elements(bytes, value))
            {
                if (element.Start <= span.Start && span.End <= element.End && bytes[element.Start] is (byte)'{' or (byte)'[')
                    return MemberOf(bytes, element, span);
            }

            return null;
        }

        ByteRange? before = null;
        foreach (var member in JsonWalk.Members(bytes, value))
        {
            var whole = new ByteRange(member.Name.Start, member.Value.End - member.Name.Start);
            if (whole.Start <= span.Start && span.End <= whole.End)
            {
                if (bytes[member.Value.Start] is (byte)'{' or (byte)'[' && MemberOf(bytes, member.Value, span) is { } inner) return inner;
                if (before is { } earlier) return new ByteRange(earlier.End, whole.End - earlier.End);
                var after = bytes[whole.End..].IndexOfAnyExcept(" \t\r\n"u8);
                return bytes[whole.End + after] == (byte)',' ? new ByteRange(whole.Start, whole.Length + after + 1) : whole;
            }

            before = whole;
        }

        return null;
    }
}
