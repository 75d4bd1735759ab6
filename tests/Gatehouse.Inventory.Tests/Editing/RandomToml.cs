namespace Gatehouse.Inventory.Tests.Editing;

/// <summary>Random TOML with servers as tables, dotted names or inline tables, comments between.</summary>
internal sealed class RandomToml(Dice dice)
{
    private static readonly string[] Texts =
        ["\"npx\"", "'-y'", "\"a \\\"b\\\"\"", "'C:\\x'", "\"\\u00e9\"", "\"ü # no comment\"", "\"\"\"x\"\"\"", "''", "'--'"];
    private readonly string lineBreak = dice.One("\n", "\r\n");

    public string Document()
    {
        var text = dice.One("", "\uFEFF") + Comment() + $"model = \"x\"{dice.One("", " # why")}{lineBreak}{Comment()}";
        var inline = dice.Chance(30);
        for (var number = 0; number < 1 + dice.Next(3) && inline; number++) text += $"mcp_servers.i{number} = {{ {Inline()} }}{Trail()}";
        for (var number = 0; number < 1 + dice.Next(3) && !inline; number++) text += Table($"s{number}");
        return text + $"[other]{lineBreak}x = [ 1, {{ a = 'b' }}, ]{lineBreak}";
    }

    private string Table(string name)
    {
        var text = $"{Comment()}[ mcp_servers . {dice.One(name, $"\"{name}\"")} ]{Trail()}";
        var members = new List<string> { $"{dice.One("command", "'command'", "\"command\"")}{dice.One(" = ", "=", "  =\t")}{Quoted()}" };
        if (dice.Chance(70)) members.Insert(dice.Next(2), "args = " + List());
        if (dice.Chance(30)) members.Add("startup_timeout_sec = 20");
        foreach (var member in members) text += dice.One("", "  ") + member + Trail();
        if (dice.Chance(40)) text += $"[mcp_servers.{name}.env]{Trail()}TOKEN = {Quoted()}{Trail()}";
        return text;
    }

    private string Inline() =>
        $"command = {Quoted()}" + (dice.Chance(60) ? $", args = [{Quoted()}{dice.One("", ", " + Quoted())}]" : "")
            + (dice.Chance(30) ? ", env = { A = 'b' }" : "");

    private string List()
    {
        var items = Enumerable.Range(0, dice.Next(4)).Select(_ => Gap() + Quoted() + Gap()).ToList();
        return "[" + string.Join(",", items) + (items.Count > 0 && dice.Chance(40) ? "," : "") + Gap() + "]";
    }

    private string Gap() => dice.One("", " ", lineBreak + "  ", " # ] \"" + lineBreak, lineBreak + "# x" + lineBreak);

    private string Quoted() => dice.One(Texts);

    private string Trail() => dice.One("", " ", " # [x]") + lineBreak;

    private string Comment() => dice.One("", "# [mcp_servers.no]" + lineBreak, lineBreak);
}
