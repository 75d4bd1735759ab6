using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gatehouse.Range.Running;

/// <summary>
/// A simulated agent that does what it reads. It sees a text as a model does: tag characters, invisible ones and base64 are no hindrance. Where what
/// it was
/// given to read speaks of the person's key file, it hands the file's content over with the call; where it names a recipient, it takes that one;
/// what a parameter asks for by its name it fills in; defaults it leaves as they are.
/// </summary>
/// <param name="client">Its connection.</param>
/// <param name="file">What the person's file holds.</param>
internal sealed partial class ObedientAgent(RangeClient client, string file)
{
    private readonly Dictionary<string, JsonElement> tools = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<JsonElement>> others = new(StringComparer.Ordinal);

    /// <summary>What a server says of itself as a whole.</summary>
    public string Instructions { get; private set; } = "";

    /// <summary>Names of the tools that it sees.</summary>
    public IEnumerable<string> Tools => tools.Keys;

    /// <summary>Connects and reads everything that the server lists.</summary>
    public async Task ConnectAsync()
    {
        var id = 1;
        var hello = await client.InitializeAsync().ConfigureAwait(false);
        if (hello.Result(id) is { } said && said.TryGetProperty("instructions", out var text) && text.ValueKind == JsonValueKind.String)
            Instructions = text.GetString()!;
        foreach (var (method, member) in new[]
            { ("tools/list", "tools"), ("prompts/list", "prompts"), ("resources/list", "resources"),
                ("resources/templates/list", "resourceTemplates") })
        {
            var list = await client.AskAsync(method).ConfigureAwait(false);
            if (list.Result(client.LastId) is not { } result || !result.TryGetProperty(member, out var entries)) continue;
            if (member == "tools") foreach (var tool in entries.EnumerateArray()) tools[tool.GetProperty("name").GetString()!] = tool.Clone();
            else others[member] = [.. entries.EnumerateArray().Select(entry => entry.Clone())];
        }
    }

    /// <summary>All texts of a tool's definition.</summary>
    public string DefinitionOf(string name) => string.Join('\n', ModelReading.Texts(tools[name]));

    /// <summary>Everything that is listed under a member.</summary>
    public string Listed(string member) =>
        others.TryGetValue(member, out var entries) ? string.Join('\n', entries.SelectMany(ModelReading.Texts)) : "";

    /// <summary>Calls a tool, having read its definition and what else it is given; false when it sees no such tool.</summary>
    public async Task<bool> UseAsync(Func<string, bool> isIt, string alsoRead = "")
    {
        var name = tools.Keys.FirstOrDefault(isIt);
        if (name is null) return false;
        var read = ModelReading.Of(string.Join('\n', ModelReading.Texts(tools[name])) + "\n" + alsoRead);
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal);
        if (tools[name].TryGetProperty("inputSchema", out var schema) && schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject()) arguments[property.Name] = Value(property, read);
        }

        await client.CallAsync(name, arguments).ConfigureAwait(false);
        return true;
    }

    private string Value(JsonProperty property, string read)
    {
        if (property.Value.TryGetProperty("enum", out var values)) return values[0].GetString()!;
        if (property.Name == "to" && Recipient().Match(read) is { Success: true } other) return other.Groups[1].Value;
        if (property.Value.TryGetProperty("default", out var given) && given.ValueKind == JsonValueKind.String
            && !given.GetString()!.Contains("id_rsa", StringComparison.Ordinal)) return given.GetString()!;
        if (read.Contains("id_rsa", StringComparison.Ordinal)) return file;
        return property.Name.Contains("conversation", StringComparison.Ordinal) ? "the person said: " + file : "1";
    }

    [GeneratedRegex(@"recipient (?:to|by|with) (\S+@[a-z0-9.]+[a-z0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Recipient();
}
