using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using static Gatehouse.Protocol.MethodDirection;
using static Gatehouse.Protocol.MethodEffect;

namespace Gatehouse.Protocol;

/// <summary>Every method of every known revision and of the tasks extension (MCP schema; SEP-2663).</summary>
/// <remarks>
/// Reading is a closed list, and cautious: <c>resources/read</c> acts, since the server may fetch whatever the URI names. In the modern era sampling,
/// elicitation and roots are not messages but requests inside a result. They are still listed with the modern revision, because the entries of
/// <c>inputRequests</c> name these methods.
/// </remarks>
public static class ProtocolMethods
{
    private const int LongestName = 64;

    /// <summary>The methods, in the order of the specification.</summary>
    public static IReadOnlyList<ProtocolMethod> All { get; } = [.. Requests(), .. ServerRequests(), .. TaskRequests(), .. Notifications()];

    private static readonly FrozenDictionary<string, ProtocolMethod> ByName = All.ToFrozenDictionary(method => method.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, ProtocolMethod>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        ByName.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Finds a method by its exact name.</summary>
    public static bool TryGet(string? name, [NotNullWhen(true)] out ProtocolMethod? method)
    {
        method = null;
        return name is not null && ByName.TryGetValue(name, out method);
    }

    /// <summary>Returns the effect of a method. An unknown one acts.</summary>
    public static MethodEffect EffectOf(string? name) => TryGet(name, out var method) ? method.Effect : Acting;

    /// <summary>Returns the one string of a known method whose raw token has no escapes; otherwise null.</summary>
    internal static string? Intern(ReadOnlySpan<byte> token)
    {
        if (token.Length is < 3 or > LongestName)
            return null;
        Span<char> name = stackalloc char[LongestName];
        var length = Encoding.UTF8.GetChars(token[1..^1], name);
        return BySpan.TryGetValue(name[..length], out var method) ? method.Name : null;
    }

    private static ProtocolMethod[] Requests() =>
    [
        Request("initialize", ClientToServer, Reading) with { Until = ProtocolRevision.V20251125 },
        Request("ping", Both, Reading) with { Until = ProtocolRevision.V20251125 },
        Request("server/discover", ClientToServer, Reading) with { Since = ProtocolRevision.V20260728 },
        Request("tools/list", ClientToServer, Reading),
        Request("tools/call", ClientToServer, Acting) with { NameSlot = EnvelopeMember.ParamsName },
        Request("prompts/list", ClientToServer, Reading),
        Request("prompts/get", ClientToServer, Reading) with { NameSlot = EnvelopeMember.ParamsName },
        Request("resources/list", ClientToServer, Reading),
        Request("resources/templates/list", ClientToServer, Reading),
        Request("resources/read", ClientToServer, Acting) with { NameSlot = EnvelopeMember.ParamsUri },
        Request("resources/subscribe", ClientToServer, Reading) with { Until = ProtocolRevision.V20251125 },
        Request("resources/unsubscribe", ClientToServer, Reading) with { Until = ProtocolRevision.V20251125 },
        Request("subscriptions/listen", ClientToServer, Reading) with { Since = ProtocolRevision.V20260728 },
        Request("completion/complete", ClientToServer, Reading),
        Request("logging/setLevel", ClientToServer, Reading) with { Until = ProtocolRevision.V20251125 },
    ];

    private static ProtocolMethod[] ServerRequests() =>
    [
        Request("sampling/createMessage", ServerToClient, Acting),
        Request("elicitation/create", ServerToClient, Acting) with { Since = ProtocolRevision.V20250618 },
        Request("roots/list", ServerToClient, Reading),
    ];

    private static ProtocolMethod[] TaskRequests() =>
    [
        Request("tasks/get", Both, Reading) with { Since = ProtocolRevision.V20251125, NameSlot = EnvelopeMember.ParamsTaskId },
        Request("tasks/update", ClientToServer, Acting) with { Since = ProtocolRevision.V20260728, NameSlot = EnvelopeMember.ParamsTaskId },
        Request("tasks/cancel", Both, Acting) with { Since = ProtocolRevision.V20251125, NameSlot = EnvelopeMember.ParamsTaskId },
        Request("tasks/list", Both, Reading) with { Since = ProtocolRevision.V20251125, Until = ProtocolRevision.V20251125 },
        Request("tasks/result", Both, Reading) with { Since = ProtocolRevision.V20251125, Until = ProtocolRevision.V20251125 },
    ];

    private static ProtocolMethod[] Notifications() =>
    [
        Notification("notifications/initialized", ClientToServer) with { Until = ProtocolRevision.V20251125 },
        Notification("notifications/cancelled", Both) with { Effect = Acting },
        Notification("notifications/progress", Both),
        Notification("notifications/message", ServerToClient),
        Notification("notifications/roots/list_changed", ClientToServer) with { Until = ProtocolRevision.V20251125 },
        Notification("notifications/tools/list_changed", ServerToClient),
        Notification("notifications/prompts/list_changed", ServerToClient),
        Notification("notifications/resources/list_changed", ServerToClient),
        Notification("notifications/resources/updated", ServerToClient),
        Notification("notifications/elicitation/complete", ServerToClient) with
            { Since = ProtocolRevision.V20251125, Until = ProtocolRevision.V20251125 },
        Notification("notifications/tasks/status", Both) with { Since = ProtocolRevision.V20251125, Until = ProtocolRevision.V20251125 },
        Notification("notifications/tasks", ServerToClient) with { Since = ProtocolRevision.V20260728 },
        Notification("notifications/subscriptions/acknowledged", ServerToClient) with { Since = ProtocolRevision.V20260728 },
    ];

    private static ProtocolMethod Request(string name, MethodDirection direction, MethodEffect effect) =>
        new(name, MessageKind.Request, direction, ProtocolRevision.V20241105, ProtocolRevision.V20260728, effect, null);

    private static ProtocolMethod Notification(string name, MethodDirection direction) =>
        new(name, MessageKind.Notification, direction, ProtocolRevision.V20241105, ProtocolRevision.V20260728, Reading, null);
}
