using System.Text;
using Gatehouse.Detection.SensitiveData;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Pipeline.Inspection.Requests;
using Gatehouse.Pipeline.Inspection.Responses;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Range.Doubles;

/// <summary>
/// The rules of protection, naively: one table of tokens for everyone, numbered from one, and each token becomes its value again for every
/// receiver.
/// </summary>
internal sealed class CountedTokens : IRequestRule, IResponseRule
{
    private readonly List<string> values = [];

    public string Name => "protection";

    public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) =>
        new(message.Kind == MessageKind.Request ? Restore(message) : Hide(message));

    private RuleVerdict Restore(ValidatedMessage message)
    {
        List<MessageEdit> edits = [];
        lock (values)
        {
            for (var i = 0; i < values.Count; i++)
            {
                var token = Encoding.ASCII.GetBytes($"[[IBAN:{i + 1:D10}]]");
                var at = message.Bytes.Span.IndexOf(token);
                if (at >= 0) edits.Add(MessageEdit.Replace(new ByteRange(at, token.Length), Encoding.ASCII.GetBytes(values[i])));
            }
        }

        return RuleVerdict.Edit(edits);
    }

    private RuleVerdict Hide(ValidatedMessage message)
    {
        List<MessageEdit> edits = [];
        var bytes = message.Bytes.Span;
        lock (values)
        {
            foreach (var hit in SensitiveData.Find(bytes, new ByteRange(0, bytes.Length), []).Where(static hit => hit.Kind == "iban"))
            {
                values.Add(Encoding.ASCII.GetString(hit.Span.Of(bytes)));
                edits.Add(MessageEdit.Replace(hit.Span, Encoding.ASCII.GetBytes($"[[IBAN:{values.Count:D10}]]")));
            }
        }

        return RuleVerdict.Edit(edits);
    }
}
