using System.Globalization;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Protocol.Json;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.ServerRequests;

/// <summary>
/// Bounds on the input and output that a server may request of the client's model. The context contains only the server's own messages unless the
/// operator chose more, so that no other conversation reaches the server, and the sizes stay within the limits (AZ-07).
/// </summary>
internal static class SamplingScan
{
    /// <summary>Returns the reason why the question is refused; null when it may be asked.</summary>
    public static string? Refuses(ReadOnlySpan<byte> bytes, ByteRange parameters, ServerRequestSettings settings, ClientCapabilities declared)
    {
        if (parameters.Length > settings.SamplingBytes) return "sampling-too-large";
        if (JsonWalk.TryFindMember(bytes, parameters, "includeContext"u8, out var context)
            && !IsAllowed(JsonWalk.String(bytes, context), settings.SamplingContext))
            return "sampling-context";
        var usesTools = JsonWalk.TryFindMember(bytes, parameters, "tools"u8, out _)
            || JsonWalk.TryFindMember(bytes, parameters, "toolChoice"u8, out _);
        if (usesTools && !declared.HasFlag(ClientCapabilities.SamplingTools)) return "sampling-tools-not-declared"; // H07
        return JsonWalk.TryFindMember(bytes, parameters, "maxTokens"u8, out var tokens) && !IsWithin(tokens.Of(bytes), settings.SamplingTokens)
            ? "sampling-too-many-tokens" : null;
    }

    private static bool IsAllowed(string? context, SamplingContext widest) => context switch
    {
        "none" => true,
        "thisServer" => widest >= SamplingContext.ThisServer,
        "allServers" => widest >= SamplingContext.AllServers,
        _ => false,
    };

    private static bool IsWithin(ReadOnlySpan<byte> token, int most) =>
        double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= 0 && value <= most;
}
