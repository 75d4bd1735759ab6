using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;
using Gatehouse.Inventory.Reading;
using Gatehouse.Onboarding;

namespace Gatehouse.Inventory.Tests.Editing;

/// <summary>A planted file at every place of the table on every system: wrapped, read by a reader that is not ours, and taken back.</summary>
[Trait("Requirement", "ST-04")]
public sealed class EveryClientTests
{
    public static TheoryData<string, string, string, MachineSystem> Places()
    {
        var data = new TheoryData<string, string, string, MachineSystem>();
        MachineSystem[] systems = [MachineSystem.Linux, MachineSystem.MacOs, MachineSystem.Windows];
        // A packed extension is not installed yet: no client starts it, and nothing of it is edited.
        foreach (var place in ClientConfigLocations.All.Where(place => place.Scope == LocationScope.User && place.Pointers.Length > 0
            && place.Format != ConfigFormat.Archive))
        {
            foreach (var system in systems.Where(system => place.Systems.HasFlag(system)))
                data.Add(place.Client, place.Pattern, place.Pointers, system);
        }

        return data;
    }

    [Fact]
    public void Table_HasEveryClientOnEverySystemItRunsOn()
    {
        var rows = Places().Select(row => row.Data).ToList();
        Assert.Equal(WrapPlanner.Clients.Order(), rows.Select(row => row.Item1).Distinct().Order());
        Assert.All(WrapPlanner.Clients.Where(client => client != "Visual Studio"),
            client => Assert.Equal(3, rows.Where(row => row.Item1 == client).Select(row => row.Item4).Distinct().Count()));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void PlantedServer_IsWrappedOrToldAndTakenBack(string client, string pattern, string pointers, MachineSystem system)
    {
        foreach (var pointer in pointers.Split('|'))
        {
            using var home = new EditingHome(system);
            var place = ClientConfigLocations.All.First(place => place.Client == client && place.Pattern == pattern && place.Systems.HasFlag(system));
            var before = Document(place.Format, pointer.Replace("*", "a b", StringComparison.Ordinal).Split('/'));
            var file = home.Put(Relative(home, pattern), before);
            var plan = home.PlanWrap();
            if (place.Format == ConfigFormat.Xml || pattern.Contains("xtensions/", StringComparison.Ordinal))
            {
                Assert.Empty(plan.Files);
                Assert.Equal(place.Format == ConfigFormat.Xml ? SkipReason.Form : SkipReason.Extension, Assert.Single(plan.Left).Kind);
                continue;
            }

            Assert.Equal((client, "planted"), (Assert.Single(plan.Servers).Client, Assert.Single(plan.Servers).Name));
            Assert.True(home.Wrap().IsDone);
            Assert.Equal([EditingHome.Launcher.Command, "wrap", "--name", "planted", "--env", "TOKEN", "--", "node", "/opt/server.js"],
                Started(file, place.Format));
            Assert.True(home.Undo().IsDone);
            Assert.Equal(before, EditingHome.Text(file));
        }
    }

    [Fact]
    public void PackedExtension_IsTold()
    {
        using var home = new EditingHome();
        var path = Path.Join(home.Home, "Downloads", "x.mcpb");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var archive = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Create))
        using (var writer = new StreamWriter(archive.CreateEntry("manifest.json").Open()))
            writer.Write("""{"manifest_version":"0.3","name":"packed","server":{"type":"node","mcp_config":{"command":"node","args":["s.js"]}}}""");
        var plan = home.PlanWrap();
        Assert.Empty(plan.Files);
        Assert.Equal(("packed", SkipReason.Extension), (Assert.Single(plan.Left).Name, plan.Left[0].Kind));
    }

    [Fact]
    public void FilesOfAnAdministrator_AreToldAndNotEdited()
    {
        using var home = new EditingHome();
        home.Put("system/claude-code/managed-mcp.json", Document(ConfigFormat.Json, ["mcpServers"]));
        Assert.Equal(SkipReason.Managed, Assert.Single(home.PlanWrap().Left).Kind);
    }

    [Theory]
    [InlineData(".mcp.json", "mcpServers")]
    [InlineData(".vscode/mcp.json", "servers")]
    [InlineData(".cursor/mcp.json", "mcpServers")]
    [InlineData(".zed/settings.json", "context_servers")]
    public void WorkspaceFile_IsEditedOnlyWhenNamed(string path, string member)
    {
        using var home = new EditingHome();
        var before = Document(ConfigFormat.Json, [member]);
        var file = home.Put("work/app/" + path, before);
        home.Put("home/.claude.json",
            JsonSerializer.Serialize(
                new { projects = new Dictionary<string, object> { [Path.GetFullPath(Path.Join(home.Home, "..", "work", "app"))] = new { } } }));
        Assert.Empty(home.PlanWrap().Files);
        Assert.Contains(home.PlanWrap().Left, left => left.Kind == SkipReason.Workspace && left.Place.File == file);
        Assert.True(home.Wrap(EditSelection.All with { Files = [file] }).IsDone);
        Assert.Contains("\"--\"", EditingHome.Text(file), StringComparison.Ordinal);
        Assert.True(home.Undo().IsDone);
        Assert.Equal(before, EditingHome.Text(file));
    }

    private static string Relative(EditingHome home, string pattern)
    {
        var root = pattern[..(pattern.IndexOf('}', StringComparison.Ordinal) + 1)] switch
        {
            "{home}" => home.Machine.Home,
            "{appdata}" => home.Machine.ApplicationData,
            _ => home.Machine.ConfigHome
        };
        return Path.GetRelativePath(Path.GetDirectoryName(home.Home)!,
            Path.Join(root, pattern[(pattern.IndexOf('}', StringComparison.Ordinal) + 2)..].Replace("*", "x", StringComparison.Ordinal)));
    }

    private static string Document(ConfigFormat format, string[] pointer) => format switch
    {
        ConfigFormat.Toml =>
            $"# of this person\n[{string.Join('.', pointer)}.planted] # here\ncommand = 'node'\nargs = [ \"/opt/server.js\", ] # there\nenv = {{ "
                + $"TOKEN = \"x\" }}\n",
        ConfigFormat.Yaml when pointer is ["extensions"] =>
            "# of this person\nextensions:\n  planted: # here\n    cmd: node\n    args:\n    - /opt/server.js # there\n    envs:\n      TOKEN: x\n",
        ConfigFormat.Yaml =>
            "# of this person\nmcpServers:\n  - name: planted # here\n    command: node\n    args: [/opt/server.js] # there\n    env:\n      TOKEN: x\n",
        ConfigFormat.Xml =>
            """<application><component name="McpApplicationServerCommands"><commands><McpServerCommand><option name="name" value="planted"/><option name="programPath" value="node"/><option name="arguments" value="/opt/server.js"/></McpServerCommand></commands></component></application>""",
        _ => (format == ConfigFormat.JsonWithComments ? "// of this person\n" : "")
            + string.Concat(pointer.Select((name, at) => (at == pointer.Length - 1 && name == "modelContextProtocolServers") ? ""
            : $"{{ {JsonSerializer.Serialize(name)}: "))
            + Servers(format, pointer[^1]) + string.Concat(pointer.Select(_ => " }"))[(pointer[^1] == "modelContextProtocolServers" ? 2 : 0)..]
            + "\n",
    };

    private static string Servers(ConfigFormat format, string last)
    {
        var entry = "{\n  \"command\": \"node\",\n  \"args\": [\"/opt/server.js\"],\n  \"env\": { \"TOKEN\": \"x\" }"
            + (format == ConfigFormat.JsonWithComments ? ", // last\n" : "\n") + "}";
        if (last == "mcp_config") return entry;
        return last == "modelContextProtocolServers"
            ? $"{{ \"modelContextProtocolServers\": [ {{ \"name\": \"planted\", \"transport\": {entry} }} ] }}" : $"{{ \"planted\": {entry} }}";
    }

    // The whole command as a reader that is not ours finds it.
    private static IReadOnlyList<string> Started(string file, ConfigFormat format)
    {
        var node = format switch
        {
            ConfigFormat.Toml => OtherReaders.Toml(EditingHome.Text(file)),
            ConfigFormat.Yaml => OtherReaders.Yaml(EditingHome.Text(file)),
            _ => JsonNode.Parse(File.ReadAllBytes(file), null,
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }),
        };
        var open = new Stack<JsonNode?>([node]);
        while (open.TryPop(out var next))
        {
            if (next is JsonObject map && (map["command"] ?? map["cmd"]) is JsonValue command)
                return [command.GetValue<string>(), .. map["args"]!.AsArray().Select(item => item!.GetValue<string>())];
            foreach (var inner in (next as JsonObject)?.Select(member => member.Value) ?? next as IEnumerable<JsonNode?> ?? []) open.Push(inner);
        }

        throw new InvalidDataException("no server was found");
    }
}
