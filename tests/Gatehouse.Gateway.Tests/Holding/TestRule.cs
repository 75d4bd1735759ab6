using System.Text;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Pipeline.Inspection.Requests;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Gateway.Tests.Holding;

/// <summary>A rule of requests that a test gives: it judges calls of tools, and passes everything else.</summary>
internal sealed class TestRule(string name, Func<ValidatedMessage, CancellationToken, ValueTask<RuleVerdict>> judge) : IRequestRule
{
    public TestRule(string name, Func<ValidatedMessage, RuleVerdict> judge)
        : this(name, (message, _) => new(judge(message)))
    {
    }

    public string Name => name;

    /// <summary>Puts a text in the place of another, wherever the arguments have it.</summary>
    public static TestRule Replacing(string name, string text, string instead, EditStrength strength = EditStrength.Replace) =>
        new(name, message => Edit(message, text, instead, strength));

    public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) =>
        message.Method == "tools/call" || message.Kind == MessageKind.Notification ? judge(message, cancellation) : new(RuleVerdict.Pass);

    private static RuleVerdict Edit(ValidatedMessage message, string text, string instead, EditStrength strength)
    {
        var at = message.Bytes.Span.IndexOf(Encoding.UTF8.GetBytes(text));
        return at < 0 ? RuleVerdict.Pass
            : RuleVerdict.Edit(new MessageEdit(new ByteRange(at, text.Length), Encoding.UTF8.GetBytes(instead), strength));
    }
}
