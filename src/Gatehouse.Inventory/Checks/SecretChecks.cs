using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Checks;

/// <summary>Secrets written into an entry (SC-07). No message holds the value.</summary>
internal static class SecretChecks
{
    public static IEnumerable<Finding> Of(ServerEntry server)
    {
        foreach (var pair in server.Environment)
        {
            if (Kind(pair) is { } found)
                yield return Report(server, FindingRules.SecretInEnvironment, found.Confidence, $"{pair.Name} holds a value ({found.Kind})",
                    pair.Place, pair.Name);
        }

        foreach (var pair in server.Headers)
        {
            if (Kind(pair) is { } found)
                yield return Report(server, FindingRules.SecretInHeader, found.Confidence, $"header {pair.Name} holds a value ({found.Kind})",
                    pair.Place, $"header {pair.Name}");
        }

        foreach (var finding in Arguments(server)) yield return finding;
        if (server.RawUrl is { } url && InUrl(url.Text) is { } inUrl)
            yield return Report(server, FindingRules.SecretInUrl, inUrl.Confidence, $"the URL holds a secret ({inUrl.Kind})", url.Place, "url");
    }

    private static IEnumerable<Finding> Arguments(ServerEntry server) =>
        CommandSecrets.Find([.. server.Arguments.Select(argument => argument.Text)]).Select(found => Report(
            server, FindingRules.SecretInArguments, found.Confidence,
            found.Kind is { } kind ? $"argument {found.Index + 1} holds a secret ({kind})" : $"the value of {server.Arguments[found.Index - 1].Text}",
            server.Arguments[found.Index].Place, $"argument {(found.Kind is null ? server.Arguments[found.Index - 1].Text : found.Kind)}"));

    private static (string Kind, Confidence Confidence)? Kind(ConfigPair pair)
    {
        var hit = SecretDetector.Find(pair.Text).FirstOrDefault(hit => hit.Kind != "aws-secret-key" || SecretNames.IsTelling(pair.Name));
        if (hit.Kind is not null) return (hit.Kind, hit.Confidence);
        return SecretDetector.ByName(pair.Name, pair.Text) is { } confidence ? ("by its name", confidence) : null;
    }

    private static (string Kind, Confidence Confidence)? InUrl(string text)
    {
        if (SecretDetector.Find(text) is [var hit, ..]) return (hit.Kind, hit.Confidence);
        var query = text.IndexOf('?', StringComparison.Ordinal);
        if (query < 0) return null;
        foreach (var part in text[(query + 1)..].Split('&'))
        {
            var pair = part.Split('=', 2);
            if (pair.Length == 2 && SecretDetector.ByName(pair[0], Uri.UnescapeDataString(pair[1])) is { } confidence)
                return ($"parameter {pair[0]}", confidence);
        }

        return null;
    }

    private static Finding Report(ServerEntry server, FindingRule rule, Confidence confidence, string message, SourceLocation place,
        string evidence) =>
        server.About(server.Scope == LocationScope.Workspace ? FindingRules.SecretInWorkspace : rule, confidence, message, place, evidence);
}
