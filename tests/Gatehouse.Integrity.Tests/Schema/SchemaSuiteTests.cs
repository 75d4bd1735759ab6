using Gatehouse.Integrity.Schema.Compilation;

namespace Gatehouse.Integrity.Tests.Schema;

[Trait("Requirement", "TP-04")]
public sealed class SchemaSuiteTests
{
    [Fact]
    public void EveryRequiredCase_ComesOutAsTheSuiteSays()
    {
        var folder = SchemaSuite.Folder();
        var files = Directory.GetFiles(Path.Combine(folder, "tests", "draft2020-12"), "*.json");
        (var cases, var wrong) = SchemaSuite.Run(files, new SchemaOptions { Documents = SchemaSuite.Remotes(folder) });
        Assert.Empty(wrong);
        Assert.Equal((46, 1299), (files.Length, cases));
    }

    [Fact]
    public void EveryOptionalCase_ComesOutAsTheSuiteSays()
    {
        var folder = SchemaSuite.Folder();
        var files = Directory.GetFiles(Path.Combine(folder, "tests", "draft2020-12", "optional"), "*.json");
        (var cases, var wrong) = SchemaSuite.Run(files, new SchemaOptions { Documents = SchemaSuite.Remotes(folder) });
        Assert.Empty(wrong);
        Assert.Equal((13, 162), (files.Length, cases));
    }

    // Formats are annotations unless asked for. Where they are: international names and templates are not checked, punycode is not decoded,
    // and patterns that no linear engine runs (back references, looking behind) are no patterns here.
    [Theory]
    [InlineData("date-time", 0)]
    [InlineData("date", 0)]
    [InlineData("duration", 0)]
    [InlineData("email", 0)]
    [InlineData("hostname", 23)]
    [InlineData("ipv4", 0)]
    [InlineData("ipv6", 0)]
    [InlineData("json-pointer", 0)]
    [InlineData("regex", 0)]
    [InlineData("ecmascript-regex", 2)]
    [InlineData("relative-json-pointer", 0)]
    [InlineData("time", 0)]
    [InlineData("unknown", 0)]
    [InlineData("uri-reference", 0)]
    [InlineData("uri", 0)]
    [InlineData("uuid", 0)]
    public void Format_WhenAsserted_DiffersFromTheSuiteThisOften(string format, int differences)
    {
        var file = Path.Combine(SchemaSuite.Folder(), "tests", "draft2020-12", "optional", "format", format + ".json");
        (var cases, var wrong) = SchemaSuite.Run([file], new SchemaOptions { AssertFormats = true });
        Assert.True(cases > differences);
        Assert.True(wrong.Count == differences, string.Join('\n', wrong));
    }
}
