using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Gatehouse.Administration.Acts;

namespace Gatehouse.Administration.Control;

/// <summary>
/// The acts of the administration interface over HTTP: those about questions to people, rights for a time, withheld results, withheld definitions
/// and containments. Their names and members are those of the control socket. An act that is not listed is not served: acts over the gateway itself,
/// and tokens of <c>--dev</c>, stay on the socket.
/// </summary>
internal static class HttpActs
{
    /// <summary>The beginning of the path of an act; its name follows.</summary>
    public const string Prefix = "/v1/acts/";

    /// <summary>The largest body, in bytes, as on the socket.</summary>
    public const int MaxBodyBytes = 32 << 10;

    // A request is one flat object.
    private const int MaxDepth = 2;

    private static readonly string[] Names =
    [
        "approval.list", "approval.show", "approval.grant", "approval.deny", "approval.revoke", "approval.forget",
        "access.request", "access.list", "access.revoke",
        "quarantine.list", "quarantine.show", "quarantine.release", "quarantine.delete", "quarantine.cases",
        "lock.pending", "lock.approve", "lock.revoke",
    ];

    // A member that is not known, or one that is there twice, would have a meaning that is not carried out.
    private static readonly ControlJson Strict = new(new JsonSerializerOptions
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        MaxDepth = MaxDepth,
    });

    private static readonly JsonDocumentOptions StrictDocument = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    /// <summary>All acts.</summary>
    public static IReadOnlyList<ControlVerb> All { get; } = [.. Names.Select(static name => ControlFormat.Find(name)!)];

    /// <summary>The names of all acts that are served over HTTP.</summary>
    public static IReadOnlyList<string> AllNames { get; } =
        [.. Names, .. ActTable.All.Where(static row => row.Ways.HasFlag(ActWays.Http)).Select(static row => row.Name)];

    /// <summary>The same, for a person.</summary>
    public static string Listed { get; } = string.Join(", ", AllNames);

    /// <summary>Returns the reader of the bodies of a path; null where there is no act.</summary>
    public static Func<ReadOnlyMemory<byte>, ControlReading>? Find(string path)
    {
        if (!path.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var name = path[Prefix.Length..];
        if (ActTable.Find(name, ActWays.Http) is { } row) return body => row.Read(body.Span);
        return All.FirstOrDefault(verb => verb.Word == name) is { } found ? body => Read(found, body.Span) : null;
    }

    /// <summary>
    /// Reads the body of an act. The credentials of the socket are no members, so that no body carries a token or claims that a person typed a
    /// confirmation at a terminal.
    /// </summary>
    public static ControlReading Read(ControlVerb verb, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(verb);
        if (!StrictRequest.IsPlain(body)) return ActionRefusal.NotTheMembers(verb.Word, verb.Members);
        try
        {
            if (JsonNode.Parse(body, documentOptions: StrictDocument) is not JsonObject members)
                return ActionRefusal.NotTheMembers(verb.Word, verb.Members);
            if (members.Select(static member => member.Key).FirstOrDefault(name => !verb.Members.Contains(name)) is { } odd)
                return ActionRefusal.NotAMember(verb.Word, verb.Members, odd);
            members["verb"] = verb.Word;
            return members.Deserialize(Strict.ControlRequest) is { } request
                ? ControlFormat.Read(request) : ActionRefusal.NotTheMembers(verb.Word, verb.Members);
        }
        catch (JsonException)
        {
            return ActionRefusal.NotTheMembers(verb.Word, verb.Members);
        }
        catch (Exception e)
        {
            return ActionRefusal.Failed(e);
        }
    }
}
