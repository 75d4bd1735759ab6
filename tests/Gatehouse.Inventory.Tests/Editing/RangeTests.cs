using System.Text;
using Gatehouse.Inventory.Reading;
using Gatehouse.Onboarding;

namespace Gatehouse.Inventory.Tests.Editing;

/// <summary>Every range that a reader gives is exactly the value: read alone, it is the same value again.</summary>
[Trait("Requirement", "ST-04")]
public sealed class RangeTests
{
    [Theory]
    [InlineData(ConfigFormat.JsonWithComments,
        "\uFEFF{ /* x */ \"ä\" : /* z */ [ 1 , -2.5e3 , \"a\\\"\\u00e9\" , { } , [ [ ] ] ], // y\n \"b\": true, \"c\" : null , \"d\": { \"\U0001F600\": \"\U0001F600\" }, }")]
    [InlineData(ConfigFormat.Json, "{\"a\":[1,{\"b\":\"c\"}],\"d\":false}")]
    [InlineData(ConfigFormat.Toml,
        "a.\"b\" . c = 'x' # y\nd = [ 1, [ 'two' , \"\"\"th\nree\"\"\" ], # z\n { e = 1979-05-27 07:32:00 , f.g = true } ]\n[t.u]\nv = -0.5\n[[w]]\nx = '''y'''\n")]
    [InlineData(ConfigFormat.Yaml,
        "ä: b # c\nd: [ e , 'f''g' , \"h\\n\" , { i: j } , [ ] , ü ]\nk:\n- l\n-   m n o  # p\n- {q: r}\n\U0001F600: \U0001F600 s\nt: {u: [v], w: }\n")]
    [InlineData(ConfigFormat.Yaml, "a:\r\n  - b: c\r\n    d: \"e\"\r\n  - f\r\ng: [h,\r\n  i]\r\n")]
    internal void EveryRange_ReadAlone_IsTheValue(ConfigFormat format, string text)
    {
        var file = Encoding.UTF8.GetBytes(text);
        var root = ConfigReader.Read(file, format);
        var seen = 0;
        var open = new Stack<ConfigNode>([root]);
        while (open.TryPop(out var node))
        {
            if (node.Range is { } range && !node.IsBlock)
            {
                var alone = Encoding.UTF8.GetString(range.Of(file));
                Assert.True(new TreeChange().Leads(node, Alone(alone, format)), $"<{alone}> of <{text}>");
                seen++;
            }

            foreach (var member in node.Members)
            {
                if (member.NameRange is { } name)
                    Assert.True(IsName(Encoding.UTF8.GetString(name.Of(file)), member.Name, format),
                        $"<{Encoding.UTF8.GetString(name.Of(file))}> is not {member.Name}");
                open.Push(member.Value);
            }

            foreach (var item in node.Items) open.Push(item);
        }

        Assert.True(seen > 0);
    }

    private static ConfigNode Alone(string value, ConfigFormat format)
    {
        try
        {
            return format == ConfigFormat.Toml ? ConfigReader.Read(Encoding.UTF8.GetBytes($"x = {value}\n"), format)["x"]!
                : ConfigReader.Read(Encoding.UTF8.GetBytes(value), format);
        }
        catch (ConfigFaultException fault)
        {
            throw new InvalidDataException($"<{value}>: {fault.Message}", fault);
        }
    }

    private static bool IsName(string written, string name, ConfigFormat format) => format == ConfigFormat.Toml
        ? written.TrimEnd('"', '\'').EndsWith(name, StringComparison.Ordinal)
        : ConfigReader.Read(Encoding.UTF8.GetBytes(written), format).Text == name;
}
