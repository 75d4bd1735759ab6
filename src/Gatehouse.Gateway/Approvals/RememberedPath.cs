using System.Buffers;
using System.Text;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.Rules;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Gateway.Approvals;

/// <summary>The one value of a call that may differ where an answer is remembered for a folder, and the call without this value.</summary>
/// <param name="Text">The value.</param>
/// <param name="Rest">The call with a mark in the place of the value. Everything else in it must be equal.</param>
internal sealed record RememberedPath(string Text, AskedCall Rest)
{
    // No canonical JSON has this byte, so that no value looks like the mark.
    private const byte Mark = 0;

    /// <summary>Finds the value that a rule names; null where the call has no text there.</summary>
    public static RememberedPath? Of(AskedCall call, ApprovalTerms terms)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(terms);
        if (RememberedTerms.ScopeOf(terms) != RememberScope.Path) return null;
        if (RangeOf(call.Method, call.Parameters.Span, terms.RememberPointer) is not { } value) return null;
        if (JsonWalk.String(call.Parameters.Span, value) is not { } text) return null;
        var masked = new ArrayBufferWriter<byte>(call.Parameters.Length);
        masked.Write(call.Parameters.Span[..value.Start]);
        masked.Write([Mark]);
        masked.Write(call.Parameters.Span[(value.Start + value.Length)..]);
        var rest = call with { Parameters = masked.WrittenMemory };
        return new RememberedPath(text, terms.RememberPointer is null ? rest with { Target = null } : rest);
    }

    /// <summary>Returns the value that a rule names in the parameters of a question; null where there is no text.</summary>
    public static string? TextOf(ApprovalFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var parameters = facts.Parameters.Span;
        return RangeOf(facts.Method, parameters, facts.Terms.RememberPointer) is { } value ? JsonWalk.String(parameters, value) : null;
    }

    private static ByteRange? RangeOf(string method, ReadOnlySpan<byte> parameters, string? argument)
    {
        if (parameters.IsEmpty) return null;
        var at = new ByteRange(0, parameters.Length);
        if (argument is null) return method == "resources/read" && JsonWalk.TryFindMember(parameters, at, "uri"u8, out var uri) ? uri : null;
        if (method is not ("tools/call" or "prompts/get") || !JsonPath.TryParse(argument, out var path)) return null;
        if (!JsonWalk.TryFindMember(parameters, at, "arguments"u8, out at)) return null;
        foreach (var part in path!.Parts)
        {
            if (!JsonWalk.TryFindMember(parameters, at, Encoding.UTF8.GetBytes(part), out at)) return null;
        }

        return at;
    }
}
