using Gatehouse.Onboarding;

namespace Gatehouse.Inventory.Tests.Editing;

/// <summary>What an edit looks like in each format, byte for byte, and that undo gives the old bytes.</summary>
[Trait("Requirement", "ST-04")]
public sealed class FormTests
{
    [Theory]
    // Several lines, comments at odd places, a trailing comma, a comment between value and comma.
    [InlineData(
        "home/.cursor/mcp.json",
        "{\n  // mine\n  \"mcpServers\": {\n    \"one\": {\n      \"command\": \"npx\" /* a */, // b\n      \"args\": [\n        \"-y\", // c\n        \"pkg@1.0.0\",\n      ],\n      \"env\": { \"TOKEN\": \"x\" },\n    },\n  },\n}\n",
        "{\n  // mine\n  \"mcpServers\": {\n    \"one\": {\n      \"command\": \"/opt/gate house/gatehouse\" /* a */, // b\n      \"args\": [\n        \"wrap\",\n        \"--name\",\n        \"one\",\n        \"--env\",\n        \"TOKEN\",\n        \"--\",\n        \"npx\",\n        \"-y\", // c\n        \"pkg@1.0.0\",\n      ],\n      \"env\": { \"TOKEN\": \"x\" },\n    },\n  },\n}\n")]
    // One line, no spaces, a byte order mark, no line end.
    [InlineData(
        "home/.codeium/windsurf/mcp_config.json",
        "\uFEFF{\"mcpServers\":{\"one\":{\"command\":\"n\\u006fde\",\"args\":[\"a\",\"b\"]}}}",
        "\uFEFF{\"mcpServers\":{\"one\":{\"command\":\"/opt/gate house/gatehouse\",\"args\":[\"wrap\",\"--name\",\"one\",\"--\",\"n\\u006fde\",\"a\",\"b\"]}}}")]
    // No arguments, Windows line ends, tabs.
    [InlineData(
        "home/.lmstudio/mcp.json",
        "{\r\n\t\"mcpServers\": {\r\n\t\t\"one\": {\r\n\t\t\t\"command\": \"srv\"\r\n\t\t}\r\n\t}\r\n}\r\n",
        "{\r\n\t\"mcpServers\": {\r\n\t\t\"one\": {\r\n\t\t\t\"command\": \"/opt/gate house/gatehouse\",\r\n\t\t\t\"args\": [\"wrap\", \"--name\", \"one\", \"--\", \"srv\"]\r\n\t\t}\r\n\t}\r\n}\r\n")]
    // An empty list.
    [InlineData(
        "home/.gemini/settings.json",
        "{ \"mcpServers\": { \"one\": { \"args\": [ ], \"command\": \"srv\" } } }",
        "{ \"mcpServers\": { \"one\": { \"args\": [\"wrap\", \"--name\", \"one\", \"--\", \"srv\" ], \"command\": \"/opt/gate house/gatehouse\" } } }")]
    // Zed's nested command, and a command that is a list of everything.
    [InlineData(
        "home/.config/zed/settings.json",
        "{\"context_servers\": {\"one\": {\"command\": {\"path\": \"node\", \"args\": [\"s.js\"], \"env\": {}}}}}",
        "{\"context_servers\": {\"one\": {\"command\": {\"path\": \"/opt/gate house/gatehouse\", \"args\": [\"wrap\", \"--name\", \"one\", \"--\", \"node\", \"s.js\"], \"env\": {}}}}}")]
    [InlineData(
        "home/.copilot/mcp-config.json",
        "{\"mcpServers\": {\"one\": {\"command\": [\"node\", \"s.js\"]}}}",
        "{\"mcpServers\": {\"one\": {\"command\": [\"/opt/gate house/gatehouse\", \"wrap\", \"--name\", \"one\", \"--\", \"node\", \"s.js\"]}}}")]
    // TOML: a table with a literal text and a comment, a table of its own for variables.
    [InlineData(
        "home/.codex/config.toml",
        "model = \"x\" # top\n\n[mcp_servers.one] # here\n  command = 'npx' # why\n  args = [\n    \"-y\", # c\n    'p',\n  ]\n[mcp_servers.one.env]\nA = \"b\"\n",
        "model = \"x\" # top\n\n[mcp_servers.one] # here\n  command = \"/opt/gate house/gatehouse\" # why\n  args = [\n    \"wrap\",\n    \"--name\",\n    \"one\",\n    \"--env\",\n    \"A\",\n    \"--\",\n    'npx',\n    \"-y\", # c\n    'p',\n  ]\n[mcp_servers.one.env]\nA = \"b\"\n")]
    [InlineData(
        "home/.codex/config.toml",
        "[mcp_servers.one]\ncommand = \"srv\" # why\nenabled = true\n",
        "[mcp_servers.one]\ncommand = \"/opt/gate house/gatehouse\"\nargs = [\"wrap\", \"--name\", \"one\", \"--\", \"srv\"] # why\nenabled = true\n")]
    [InlineData(
        "home/.codex/config.toml",
        "mcp_servers.one.command = \"srv\"\nmcp_servers.two = { command = 'x', env_vars = [\"KEY\"] }\n",
        "mcp_servers.one.command = \"/opt/gate house/gatehouse\"\nmcp_servers.one.args = [\"wrap\", \"--name\", \"one\", \"--\", \"srv\"]\nmcp_servers.two = { command = \"/opt/gate house/gatehouse\", args = [\"wrap\", \"--name\", \"two\", \"--env\", \"KEY\", \"--\", 'x'], env_vars = [\"KEY\"] }\n")]
    // YAML: block list, flow list, no list, a list of servers whose first member stands behind the dash.
    [InlineData(
        "home/.config/goose/config.yaml",
        "GOOSE_MODEL: ü # x\nextensions:\n  one:\n    cmd: npx   # c\n    args:\n    - -y       # d\n    - 'p'\n    envs: {A: b}\n    env_keys:\n    - KEY\n",
        "GOOSE_MODEL: ü # x\nextensions:\n  one:\n    cmd: \"/opt/gate house/gatehouse\"   # c\n    args:\n    - \"wrap\"\n    - \"--name\"\n    - \"one\"\n    - \"--env\"\n    - \"A\"\n    - \"--env\"\n    - \"KEY\"\n    - \"--\"\n    - \"npx\"\n    - -y       # d\n    - 'p'\n    envs: {A: b}\n    env_keys:\n    - KEY\n")]
    [InlineData(
        "home/.config/goose/config.yaml",
        "extensions:\r\n  one: {cmd: srv, args: [a]}\r\n  two:\r\n    cmd: other # c\r\n",
        "extensions:\r\n  one: {cmd: \"/opt/gate house/gatehouse\", args: [\"wrap\", \"--name\", \"one\", \"--\", \"srv\", a]}\r\n  two:\r\n    cmd: \"/opt/gate house/gatehouse\"\r\n    args: [\"wrap\", \"--name\", \"two\", \"--\", \"other\"] # c\r\n")]
    [InlineData(
        "home/.continue/config.yaml",
        "name: \U0001F600\nmcpServers:\n  - command: srv\n    name: one\n",
        "name: \U0001F600\nmcpServers:\n  - command: \"/opt/gate house/gatehouse\"\n    args: [\"wrap\", \"--name\", \"one\", \"--\", \"srv\"]\n    name: one\n")]
    public void Edit_IsASpliceAndUndoTakesItBack(string path, string before, string after)
    {
        using var home = new EditingHome();
        var file = home.Put(path, before);
        var plan = home.PlanWrap();
        Assert.Empty(plan.Left);
        Assert.True(home.Wrap().IsDone);
        Assert.Equal(after, EditingHome.Text(file));
        Assert.All(home.PlanWrap().Left, left => Assert.Equal(SkipReason.Wrapped, left.Kind));
        Assert.Empty(home.PlanWrap().Files);
        Assert.True(home.Undo().IsDone);
        Assert.Equal(before, EditingHome.Text(file));
        Assert.Equal([file], home.Names());
        Assert.Empty(home.Ledger.Records);
    }
}
