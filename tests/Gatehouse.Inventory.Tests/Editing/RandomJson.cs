using System.Text;

namespace Gatehouse.Inventory.Tests.Editing;

/// <summary>Random documents with comments, trailing commas and all kinds of space, with servers somewhere in them.</summary>
internal sealed class RandomJson(Dice dice)
{
    private static readonly string[] Texts =
        ["npx", "-y", "--", "wrap", "", "a b", "\\\"q\\\"", "\\u00e9\\n", "ü", "\U0001F600", "/opt/x", "${input:key}", "\\ud83d\\ude00",
            "// no comment", "C:\\\\x"];
    private readonly string lineBreak = dice.One("\n", "\r\n");
    private readonly bool comments = dice.Chance(70);

    public string Document()
    {
        var servers = Enumerable.Range(0, 1 + dice.Next(4))
            .Select(number => (Name: $"\"s{number}{dice.One("", " x", "\\u202e", "ü")}\"", Value: Entry()));
        var members = Others(dice.Next(3)).Append(("\"mcpServers\"", Map([.. servers]))).Concat(Others(dice.Next(3)));
        return dice.One("", "\uFEFF") + Space() + Map([.. members]) + Space();
    }

    private string Entry()
    {
        List<(string, string)> members = [("\"command\"", Quoted())];
        if (dice.Chance(75)) members.Insert(dice.Next(2), ("\"args\"", List([.. Enumerable.Range(0, dice.Next(4)).Select(_ => Quoted())])));
        if (dice.Chance(40)) members.Add(("\"env\"", Map([.. Enumerable.Range(0, dice.Next(3)).Select(number => ($"\"V{number}\"", Quoted()))])));
        if (dice.Chance(30)) members.Insert(0, ("\"type\"", "\"stdio\""));
        return Map(members);
    }

    private IEnumerable<(string, string)> Others(int count) => Enumerable.Range(0, count).Select(_ => ($"\"o{dice.Next(1_000_000)}\"", Value(3)));

    private string Value(int depth) => dice.Next(depth > 0 ? 6 : 4) switch
    {
        0 => Quoted(),
        1 => dice.One("1", "-0.5e3", "12345678901234567890"),
        2 => dice.One("true", "false"),
        3 => "null",
        4 => List([.. Enumerable.Range(0, dice.Next(4)).Select(_ => Value(depth - 1))]),
        _ => Map([.. Enumerable.Range(0, dice.Next(4)).Select(number => ($"\"m{number}\"", Value(depth - 1)))]),
    };

    private string Quoted() => $"\"{dice.One(Texts)}\"";

    private string Map(IReadOnlyList<(string Name, string Value)> members) =>
        Bracketed('{', '}', [.. members.Select(member => member.Name + Blank() + ":" + Space() + member.Value)]);

    private string List(IReadOnlyList<string> items) => Bracketed('[', ']', items);

    private string Bracketed(char open, char close, IReadOnlyList<string> parts)
    {
        var text = new StringBuilder().Append(open).Append(Space());
        for (var i = 0; i < parts.Count; i++)
        {
            text.Append(parts[i]).Append(Space());
            if (i < parts.Count - 1 || (comments && dice.Chance(30))) text.Append(',').Append(Space());
        }

        return text.Append(close).ToString();
    }

    private string Blank() => dice.One("", "", " ", "\t");

    private string Space() => dice.Next(comments ? 9 : 6) switch
    {
        0 => "",
        1 => " ",
        2 => "\t",
        3 => lineBreak,
        4 => lineBreak + "    ",
        5 => lineBreak + lineBreak + "  ",
        6 => " /* [ \"x\" { */ ",
        7 => "// , ] }" + lineBreak,
        _ => " // \"command\": \"x\"" + lineBreak + "  ",
    };
}
