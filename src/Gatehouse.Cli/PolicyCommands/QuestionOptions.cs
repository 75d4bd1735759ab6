using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Cli.Output;
using Gatehouse.Policy;
using Gatehouse.Policy.Analysis.Testing;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>Options that make up a caller and a request.</summary>
internal sealed class QuestionOptions
{
    private readonly Option<string?> subject = One("--as", "Subject of the caller. Default: someone.", "subject");
    private readonly Option<string?> issuer = One("--issuer", "Issuer of the caller's token.", "url");
    private readonly Option<string?> client = One("--client", "Client id of the caller's token.", "id");
    private readonly Option<string[]> roles = Many("--role", "Role. Can be repeated.");
    private readonly Option<string[]> groups = Many("--group", "Group. Can be repeated.");
    private readonly Option<string[]> scopes = Many("--scope", "Scope. Can be repeated.");
    private readonly Option<string[]> strengths = Many("--strength", "Authentication context or method. Can be repeated.");
    private readonly Option<string?> claims = One("--claims", "Other claims, as JSON.", "json");
    private readonly Option<string?> server = One("--server", "Server that receives the request.", "name");
    private readonly Option<string?> tool = One("--tool", "Tool to call.", "name");
    private readonly Option<string?> prompt = One("--prompt", "Prompt to get.", "name");
    private readonly Option<string?> resource = One("--resource", "Resource to read.", "uri");
    private readonly Option<string?> method = One("--method", "Method without a name in its parameters.", "name");
    private readonly Option<string?> asked = One("--asked", "Request of the server: sampling, elicitation, roots or logging.", "direction");
    private readonly Option<bool> list = new("--list") { Description = "Check whether a list may show the entry, instead of its use." };
    private readonly Option<string?> arguments = One("--arguments", "Arguments, as JSON.", "json");
    private readonly Option<string?> at = One("--at", "Time of the request, such as 2026-11-20T09:00:00Z. Default: now.", "time");

    /// <summary>Every option of a question.</summary>
    public IReadOnlyList<Option> All =>
        [subject, issuer, client, roles, groups, scopes, strengths, claims, server, tool, prompt, resource, method, asked, list, arguments, at];

    public void AddTo(Command command)
    {
        asked.AcceptOnly("sampling", "elicitation", "roots", "logging");
        foreach (var option in All) command.Add(option);
    }

    /// <summary>Reads the question. Returns null, and prints a message, when the options make none.</summary>
    public (PolicyCaller Caller, PolicyRequest Request)? Read(ParseResult parsed)
    {
        var acts = new (Option<string?> Option, string Use, string Sight)[]
        {
            (tool, "calls", "seesTool"), (prompt, "gets", "seesPrompt"), (resource, "reads", "seesResource"), (method, "sends", "sends"),
            (asked, "isAskedFor", "isAskedFor"),
        };
        var named = acts.Where(act => parsed.GetValue(act.Option) is not null).ToList();
        if (named.Count != 1) return Wrong("give exactly one of --tool, --prompt, --resource, --method, --asked");
        if (parsed.GetValue(method) is { } sent && PolicyRequests.NamesTarget(sent))
            return Wrong($"requests of the method {sent} name a tool, a prompt or a resource; use --tool, --prompt or --resource");
        if (parsed.GetValue(server) is not { } where) return Wrong("give the server with --server");
        if (!TryObject(parsed.GetValue(claims), out var claimed)) return Wrong("--claims is not a JSON object, has a key twice, or has a text that is no Unicode");
        if (!TryObject(parsed.GetValue(arguments), out var given)) return Wrong("--arguments is not a JSON object, has a key twice, or has a text that is no Unicode");
        if (!TryMoment(parsed.GetValue(at), out var moment)) return Wrong("--at is no time; use the form 2026-11-20T09:00:00Z");
        var (option, use, sight) = named[0];
        return (Caller(parsed, claimed), PolicyRequests.For(parsed.GetValue(list) ? sight : use, where, parsed.GetValue(option)!) with
        {
            Arguments = given is null ? default : Encoding.UTF8.GetBytes(given.ToJsonString()),
            At = moment == default ? TimeProvider.System.GetUtcNow() : moment,
        });
    }

    public PolicyCaller Caller(ParseResult parsed, JsonObject? claimed) => new()
    {
        Subject = parsed.GetValue(subject) ?? PolicyCaller.AnySubject,
        Issuer = parsed.GetValue(issuer) ?? PolicyCaller.AnyIssuer,
        Client = parsed.GetValue(client),
        Roles = parsed.GetValue(roles) ?? [],
        Groups = parsed.GetValue(groups) ?? [],
        Scopes = parsed.GetValue(scopes) ?? [],
        Strengths = parsed.GetValue(strengths) ?? [],
        Claims = claimed,
    };

    public static bool TryMoment(string? text, out DateTimeOffset moment)
    {
        moment = default;
        return text is null || DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out moment);
    }

    private static bool TryObject(string? text, out JsonObject? found)
    {
        found = null;
        if (text is null) return true;
        try
        {
            using var strict = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (!IsText(strict.RootElement)) return false;
            found = JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return false;
        }

        return found is not null;
    }

    // Half of a surrogate pair is no text: nothing can read it as a name or a value (RFC 8259 §8.2).
    private static bool IsText(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => value.GetString() is not null,
                JsonValueKind.Array => value.EnumerateArray().All(IsText),
                JsonValueKind.Object => value.EnumerateObject().All(static member => member.Name is not null && IsText(member.Value)),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static (PolicyCaller, PolicyRequest)? Wrong(string message)
    {
        Terminal.Fault(message);
        return null;
    }

    private static Option<string?> One(string name, string description, string help) => new(name) { Description = description, HelpName = help };

    private static Option<string[]> Many(string name, string description) => new(name) { Description = description, HelpName = "name" };
}
