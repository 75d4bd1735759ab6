using System.Buffers;
using Gatehouse.Audit;
using Gatehouse.Detection.Messages;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Inspection.Marks;
using Gatehouse.Pipeline.Inspection.Texts;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// The rule that the texts of a server with <c>trust: untrusted</c> arrive marked as such: in results of tools, resources and errors (PI-03). It
/// comes after every rule that reads them.
/// </summary>
/// <remarks>
/// A string without white space, or a short one, is no instruction, and has marks only where it is a content of its own. A structured result whose
/// schema admits no marks stays as it is, and the record says so. Prompts have none: the person chose to follow them.
/// </remarks>
internal sealed class MarkRule : IResponseRule
{
    private const string Reason = "untrusted-text";

    public string Name => "marks";

    public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) =>
        new(Judge(exchange, message));

    private static RuleVerdict Judge(Exchange exchange, ValidatedMessage message)
    {
        // Every result and error belongs to a request: design rule 7.
        var form = exchange.Snapshot.Settings.Protection.Mark;
        if (form == UntrustedMark.None || message.Kind is not (MessageKind.Result or MessageKind.Error)
            || exchange.Server.Trust != ServerTrust.Untrusted) return RuleVerdict.Pass;
        var texts = MessageTexts.OfServer(exchange, message);
        if (texts.Value.IsAbsent || texts.Place is not (MessagePlace.Result or MessagePlace.Resource or MessagePlace.Error)) return RuleVerdict.Pass;
        var marks = new UntrustedText(form, texts.Value.Of(message.Bytes.Span));
        var structured = StructuredContent(message);
        var marked = Mark(exchange, message, texts, marks, default);
        if (!structured.IsAbsent && marked.Count > 0 && !Fits(exchange, message, marked.Edit))
        {
            var all = marked.Count;
            marked = Mark(exchange, message, texts, marks, structured);
            if (marked.Count < all)
                exchange.Record.Add(new AuditPart(AuditPartKind.Change, AuditOutcome.Pass, Reason, "structured-content-unmarked"));
        }

        if (marked.Count == 0) return RuleVerdict.Pass;
        exchange.Record.Add(new AuditPart(AuditPartKind.Change, AuditOutcome.Inserted, Reason, form.ToString().ToLowerInvariant(), marked.Count));
        return RuleVerdict.Edit(marked.Edit);
    }

    // One change of the whole part: as many as strings would cost more than the strings.
    private static (MessageEdit Edit, int Count) Mark(
        Exchange exchange, ValidatedMessage message, MessageTexts texts, UntrustedText marks, ByteRange without)
    {
        var output = new ArrayBufferWriter<byte>(texts.Value.Length * 3 / 2);
        var notice = TextNotice.OfMarks(exchange, message, texts.Place, marks.Explanation);
        var count = marks.Write(message.Bytes.Span, texts.Value, without, notice, exchange.Notices, output);
        return (MessageEdit.Replace(texts.Value, output.WrittenMemory), count);
    }

    private static ByteRange StructuredContent(ValidatedMessage message)
    {
        if (message.Has(EnvelopeMember.ResultStructuredContent)) return message.Range(EnvelopeMember.ResultStructuredContent);
        return message.IsObject(EnvelopeMember.ResultResult) && JsonWalk.TryFindMember(
            message.Bytes.Span, message.Range(EnvelopeMember.ResultResult), "structuredContent"u8, out var inner) ? inner : default;
    }

    // The tool of a task is not at hand here: its structured result stays as it is.
    private static bool Fits(Exchange exchange, ValidatedMessage message, MessageEdit edit)
    {
        if (exchange.Message is not { Method: "tools/call" } || !message.Has(EnvelopeMember.ResultStructuredContent)) return false;
        if (exchange.Tool?.Output is not { } schema) return true;
        var merger = new EditMerger(message);
        merger.Add([edit], Reason);
        return merger.Apply(exchange.Server.ResponseBytes) is { } edited
            && schema.Check(edited, edited.Range(EnvelopeMember.ResultStructuredContent), exchange.Work) is null;
    }
}
