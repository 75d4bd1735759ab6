using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Onboarding;

namespace Gatehouse.Inventory.Tests.Editing;

/// <summary>Random documents: the edit means what was intended to a reader that is not ours, and undo is the identity on bytes.</summary>
[Trait("Requirement", "ST-04")]
public sealed class RoundTripTests
{
    private static readonly int Many = TestSize.Of(10, 100, 2_000);

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Fact]
    public void Json_KeepsEverythingElseAndComesBack()
    {
        var documents = Enumerable.Range(0, Many).Select(seed => new RandomJson(new Dice(seed)).Document()).ToList();
        var edits = documents.Select(document => Edit("home/.gemini/settings.json", document)).ToList();
        for (var i = 0; i < Many; i++) RequireIntended(Json(documents[i]), Json(edits[i].After), "mcpServers", edits[i]);
        // What is left is told: texts that this reader of JSON takes and ours does not are none.
        Assert.True(edits.Sum(edit => edit.Wrapped.Count) > Many);
    }

    [Fact]
    public void Toml_KeepsEverythingElseAndComesBack()
    {
        Assert.SkipUnless(OtherReaders.Has("toml"), "python3 with tomllib is missing");
        var documents = Enumerable.Range(0, Many).Select(seed => new RandomToml(new Dice(seed)).Document()).ToList();
        var edits = documents.Select(document => Edit("home/.codex/config.toml", document)).ToList();
        var before = OtherReaders.Python("toml", documents);
        var after = OtherReaders.Python("toml", [.. edits.Select(edit => edit.After)]);
        for (var i = 0; i < Many; i++) RequireIntended(before[i], after[i], "mcp_servers", edits[i]);
        Assert.True(edits.Sum(edit => edit.Wrapped.Count) > Many / 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Yaml_KeepsEverythingElseAndComesBack(bool python)
    {
        Assert.SkipUnless(!python || OtherReaders.Has("yaml"), "python3 with PyYAML is missing");
        var documents = Enumerable.Range(0, Many).Select(seed => new RandomYaml(new Dice(seed)).Document()).ToList();
        var edits = documents.Select(document => Edit("home/.config/goose/config.yaml", document)).ToList();
        IReadOnlyList<JsonNode?> Read(IEnumerable<string> texts) =>
            python ? OtherReaders.Python("yaml", [.. texts]) : [.. texts.Select(OtherReaders.Yaml)];
        var before = Read(documents);
        var after = Read(edits.Select(edit => edit.After));
        for (var i = 0; i < Many; i++) RequireIntended(before[i], after[i], "extensions", edits[i]);
        Assert.True(edits.Sum(edit => edit.Wrapped.Count) > Many);
    }

    [Fact]
    public void Json_WrittenAnewByItsClient_ComesBackInMeaning()
    {
        for (var seed = 0; seed < Many; seed++)
        {
            using var home = new EditingHome();
            var document = new RandomJson(new Dice(seed)).Document();
            var file = home.Put("home/.gemini/settings.json", document);
            if (!home.Wrap().IsDone || home.Ledger.Records.Count == 0) continue;
            var anew = Json(EditingHome.Text(file))!;
            ((JsonObject)anew).Insert(0, "added", "by the client");
            File.WriteAllText(file, anew.ToJsonString(seed % 2 == 0 ? Indented : null));
            var plan = home.PlanUndo();
            Assert.Empty(plan.Left);
            Assert.True(home.Undo().IsDone);
            var expected = Json(document)!;
            var back = Json(EditingHome.Text(file))!;
            Assert.True(((JsonObject)back).Remove("added"));
            // A list of arguments that was not there stays as an empty one where the layout is not ours any more.
            Assert.True(JsonNode.DeepEquals(WithoutEmpty(expected), WithoutEmpty(back)), $"{seed}: {document}\n{EditingHome.Text(file)}");
        }
    }

    [Fact]
    public void EditsOfOthersInBetween_Stay()
    {
        for (var seed = 0; seed < Many; seed++)
        {
            using var home = new EditingHome();
            var document = "// top\n" + new RandomJson(new Dice(seed)).Document().TrimStart('\uFEFF');
            var file = home.Put("home/.gemini/settings.json", document);
            home.Wrap();
            string Changed(string text) => text.Replace("// top\n", "// another\n// and more ü\n", StringComparison.Ordinal) + "\n// bottom";
            File.WriteAllText(file, Changed(EditingHome.Text(file)));
            home.Undo();
            Assert.Equal(Changed(document), EditingHome.Text(file));
        }
    }

    private sealed record Edited(string After, IReadOnlyList<(string Name, IReadOnlyList<string> Front)> Wrapped);

    private static Edited Edit(string path, string document)
    {
        using var home = new EditingHome();
        var file = home.Put(path, Encoding.UTF8.GetBytes(document));
        var plan = home.PlanWrap();
        Assert.True(plan.Gaps.Count == 0, $"{string.Join(", ", plan.Gaps)}: {document}");
        // A program with a space is a whole command line, which stays as it is.
        Assert.All(plan.Left.Where(left => !left.Why.StartsWith("'command' holds the arguments too", StringComparison.Ordinal)),
            left => Assert.Fail($"{left.Why}: {document}"));
        var outcome = home.Wrap();
        Assert.True(outcome.IsDone, outcome.Fault);
        var after = EditingHome.Text(file);
        var wrapped = home.Ledger.Records.Select(record => (record.Server, (IReadOnlyList<string>)record.Inserted)).ToList();
        Assert.True(home.Undo().IsDone);
        Assert.True(Encoding.UTF8.GetBytes(document).SequenceEqual(File.ReadAllBytes(file)), $"not undone: {document}\n{EditingHome.Text(file)}");
        return new Edited(after, wrapped);
    }

    private static void RequireIntended(JsonNode? before, JsonNode? after, string container, Edited edit)
    {
        foreach (var (name, front) in edit.Wrapped)
        {
            var entry = (JsonObject)before![container]![name]!;
            var program = entry["command"] is null ? "cmd" : "command";
            var items = front.Concat((entry["args"] as JsonArray)?.Select(item => item!.GetValue<string>()) ?? []).Select(item => (JsonNode?)item);
            entry[program] = EditingHome.Launcher.Command;
            entry["args"] = new JsonArray([.. items]);
        }

        Assert.True(JsonNode.DeepEquals(before, after), $"{before}\n{after}");
    }

    private static JsonNode? WithoutEmpty(JsonNode? node)
    {
        foreach (var entry in ((JsonObject)node!["mcpServers"]!).Select(member => (JsonObject)member.Value!))
        {
            if (entry["args"] is JsonArray { Count: 0 }) entry.Remove("args");
        }

        return node;
    }

    private static JsonNode? Json(string text) =>
        JsonNode.Parse(text.TrimStart('\uFEFF'), null,
            new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
}
