using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Headers;
using Gatehouse.Protocol.Json;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection.Requests;

/// <summary>
/// The rule for arguments that a tool mirrors into headers, in the modern era: header and body agree (T16), and headers that no tool declares are
/// single and clean (T17, T19).
/// </summary>
internal sealed class ParameterHeaderRule : IRequestRule
{
    public string Name => "parameter-headers";

    public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) =>
        new(Judge(exchange, message));

    private static RuleVerdict Judge(Exchange exchange, ValidatedMessage message)
    {
        if (!exchange.IsModern || exchange.Head.Verb is null) return RuleVerdict.Pass;
        if (message.Method != "tools/call") return JudgeUnmarked(exchange);
        // The authorize stage found the definition by the name in the catalogue. Without one nothing can be checked (design rule 10).
        if (exchange.Tool is null) return RuleVerdict.Refuse(Reasons.DefinitionMissing, null);
        foreach (var parameter in exchange.Tool.Headers)
        {
            // The server chose how many there are, and the client how long the way to each is.
            if (!exchange.Work.Spend(1 + (parameter.Path.Count * (message.Range(EnvelopeMember.ParamsArguments).Length / 64)))) break;
            if (!Agrees(exchange, message, parameter)) return Mismatch(parameter);
        }

        return JudgeUnmarked(exchange);
    }

    // The server chose the name of the header.
    private static RuleVerdict Mismatch(ParameterHeader parameter) =>
        RuleVerdict.Refuse(new Refusal(Reasons.HeaderBodyMismatch) { Words = parameter.HeaderName });

    // T16: present on both sides and equal, or absent on both; null counts as absent.
    private static bool Agrees(Exchange exchange, ValidatedMessage message, ParameterHeader parameter)
    {
        var count = CountOf(exchange, parameter.HeaderName, out var value);
        if (count > 1) return false;
        var present = parameter.TryGetValue(message, out var range) && !range.Of(message.Bytes.Span).SequenceEqual("null"u8);
        return present
            ? value is not null && MirroredHeader.Matches(value, range.Of(message.Bytes.Span))
            : value is null;
    }

    // T17, T19: unknown headers are forwarded unchanged, for any method, so they must be single and clean. The threat: a value that cannot be written
    // into a request fails there, and looks like a failing server (CWE-20).
    private static RuleVerdict JudgeUnmarked(Exchange exchange)
    {
        string? before = null;
        foreach (var (name, value) in exchange.Head.Parameters)
        {
            if (name.Equals(before, StringComparison.OrdinalIgnoreCase) || !MirroredHeader.HasValidCharacters(value))
                return RuleVerdict.Refuse(Reasons.HeaderBodyMismatch, "Mcp-Param-*");
            before = name;
        }

        return RuleVerdict.Pass;
    }

    // A request has at most 100 field lines, and a tool few parameters of this kind.
    private static int CountOf(Exchange exchange, string header, out string? value)
    {
        value = null;
        var count = 0;
        foreach (var (name, one) in exchange.Head.Parameters)
        {
            if (!name.Equals(header, StringComparison.OrdinalIgnoreCase)) continue;
            value = one;
            count++;
        }

        return count;
    }
}
