using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Policy;
using Gatehouse.Policy.Rules;
using Gatehouse.Text;

namespace Gatehouse.AuthZen.Serving;

/// <summary>
/// The endpoint for searches (AuthZEN 1.0 §8). Candidates are the names in the configuration and the rules. Each is decided as a separate question,
/// so a result is one that an evaluation would permit. A rule that permits by pattern has no names to return, and the answer says so. Only identity
/// providers know all subjects, so a search for subjects is refused.
/// </summary>
internal sealed class SearchEndpoint(EvaluationService deciding, int most)
{
    private const int MostCandidates = 10_000;

    /// <summary>Returns the resources of a type that the subject may use.</summary>
    public async ValueTask<SearchResult> ResourcesAsync(JsonElement root, CancellationToken cancellation)
    {
        var asked = EvaluationRequest.Of(root);
        var type = EvaluationJson.Needed(asked.Resource, "resource", "type");
        EvaluationJson.Needed(asked.Action, "action", "name");
        if (ResourceTypes.TargetOf(type) is not { } target) throw new InvalidEvaluationException(501, "resources of this type are not known here");
        var subject = deciding.SubjectOf(asked);
        var only = EvaluationJson.Optional(EvaluationJson.Part(asked.Resource, "properties"), "resource.properties", "server");
        var found = new List<Action<Utf8JsonWriter>>();
        foreach (var (server, id) in Candidates(target, only))
        {
            if (subject is null || !await MayAsync(subject, Named(asked, type, server, id), cancellation).ConfigureAwait(false)) continue;
            found.Add(writer => WriteResource(writer, type, server, id));
        }

        return Page(root, found, !ByPattern(target));
    }

    /// <summary>Returns the actions that the subject may do with a resource.</summary>
    public async ValueTask<SearchResult> ActionsAsync(JsonElement root, CancellationToken cancellation)
    {
        var asked = EvaluationRequest.Of(root);
        var type = EvaluationJson.Needed(asked.Resource, "resource", "type");
        EvaluationJson.Needed(asked.Resource, "resource", "id");
        var subject = deciding.SubjectOf(asked);
        var target = ResourceTypes.TargetOf(type);
        var names = target is { } own ? EvaluationResource.MethodsOf(own) : ToolsOf(type);
        var found = new List<Action<Utf8JsonWriter>>();
        foreach (var name in names.Take(MostCandidates))
        {
            if (subject is null) break;
            var named = asked with { Action = Json(new() { ["name"] = name }) };
            if (!await MayAsync(subject, named, cancellation).ConfigureAwait(false)) continue;
            found.Add(writer => writer.WriteString("name", name));
        }

        return Page(root, found, target is not null || !ByPattern(PolicyTarget.Tool));
    }

    private async ValueTask<bool> MayAsync(PolicySubject subject, EvaluationRequest asked, CancellationToken cancellation) =>
        EvaluationResource.Read(asked, deciding.Snapshot.Settings, deciding.Now) is { } request
        && (await deciding.DecideAsync(subject, request, cancellation).ConfigureAwait(false)).Decision.IsPermitted;

    private SearchResult Page(JsonElement root, List<Action<Utf8JsonWriter>> found, bool isComplete)
    {
        var page = SearchPage.Of(root, deciding.Snapshot.Generation, most);
        var entries = found.Skip(page.Start).Take(page.Limit).ToList();
        var next = page.Start + entries.Count;
        return new SearchResult(entries, next < found.Count ? page.TokenAt(next) : "", isComplete);
    }

    private IEnumerable<(string Server, string Id)> Candidates(PolicyTarget target, string? only)
    {
        var servers = deciding.Snapshot.Settings.Servers.Select(server => server.Name).Where(name => only is null || name == only);
        if (target == PolicyTarget.None) return servers.Select(name => (name, name));
        var names = Permits.SelectMany(rule => NamesOf(rule, target)).Distinct(StringComparer.Ordinal).ToList();
        return servers.SelectMany(server => names.Select(name => (server, name))).Take(MostCandidates);
    }

    private IEnumerable<PolicyRule> Permits => deciding.Snapshot.Policy.Rules.Where(rule => !rule.Forbids);

    private IEnumerable<string> ToolsOf(string type) => deciding.Snapshot.Settings.DecisionService!.Types.Contains(type, StringComparer.Ordinal)
        ? Permits.Where(rule => rule.Servers?.Contains(type) ?? true).SelectMany(rule => NamesOf(rule, PolicyTarget.Tool))
        .Distinct(StringComparer.Ordinal)
        : [];

    private static IEnumerable<string> NamesOf(PolicyRule rule, PolicyTarget target) => target switch
    {
        PolicyTarget.Tool => rule.Tools?.Exact ?? [],
        PolicyTarget.Prompt => rule.Prompts?.Exact ?? [],
        _ => rule.Resources?.Patterns.Where(pattern => pattern.IsExact).Select(pattern => pattern.Text) ?? [],
    };

    // A permit without a list covers everything.
    private bool ByPattern(PolicyTarget target) => target != PolicyTarget.None && Permits.Any(rule => target switch
    {
        PolicyTarget.Tool => rule.Tools is null ? ListsNothing(rule) : !rule.Tools.Patterns.IsEmpty,
        PolicyTarget.Prompt => rule.Prompts is null ? ListsNothing(rule) : !rule.Prompts.Patterns.IsEmpty,
        _ => rule.Resources is null ? ListsNothing(rule) : rule.Resources.Patterns.Any(pattern => !pattern.IsExact),
    });

    private static bool ListsNothing(PolicyRule rule) => rule is { Tools: null, Prompts: null, Resources: null, Methods: null };

    private static EvaluationRequest Named(in EvaluationRequest asked, string type, string server, string id) => asked with
    {
        Resource = Json(type == "server" ? new() { ["type"] = type, ["id"] = id }
            : new() { ["type"] = type, ["id"] = id, ["properties"] = new JsonObject { ["server"] = server } }),
    };

    private static void WriteResource(Utf8JsonWriter writer, string type, string server, string id)
    {
        writer.WriteString("type", type);
        writer.WriteString("id", id);
        if (type == "server") return;
        writer.WriteStartObject("properties");
        writer.WriteString("server", server);
        writer.WriteEndObject();
    }

    private static JsonElement Json(JsonObject value) => JsonSerializer.SerializeToElement(value, NodeJson.Default.JsonObject);
}
