namespace Gatehouse.Gateway.Tests.Local;

/// <summary>What wrapped servers say of themselves is inspected as on a gateway, by the settings of the personal file (TP-01).</summary>
[Trait("Requirement", "TP-01")]
public sealed class PersonalInspectionTests
{
    private const string Suppressed = """
        version: 1
        inspection:
          metadata:
            suppressions:
              - { server: tool-server, definition: tool/work, finding: FINDING, reason: the tool turns text around, until: 2999-12-31 }
        """;

    [Theory]
    [InlineData(null, "Does work.", true)]
    [InlineData(null, "Does work \u202E.", false)]
    [InlineData(Suppressed, "Does work \u202E.", true)]
    [InlineData("version: 1\nservers: { tool-server: { undeclared: record } }\n", "Does work \u202E.", false)]
    public async Task HardFinding_Withholds_UnlessThePersonalFileSuppressesIt(string? yaml, string description, bool isSeen)
    {
        await using var fixture = await LocalHostFixture.StartAsync(yaml?.Replace("FINDING", "GHS7002", StringComparison.Ordinal));
        await using var wrapper = await fixture.WrapAsync();
        await wrapper.InitializeAsync();
        await wrapper.SayAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""");
        await wrapper.ChildAnswersAsync(await wrapper.ChildHearsJsonAsync(),
            """{"tools":[{"name":"work","description":DESCRIPTION,"inputSchema":{"type":"object"}}]}"""
            .Replace("DESCRIPTION", System.Text.Json.JsonSerializer.Serialize(description), StringComparison.Ordinal));
        var answer = await wrapper.HearJsonAsync();
        Assert.True(answer.GetProperty("result").GetProperty("tools").GetArrayLength() == (isSeen ? 1 : 0), string.Join('\n', fixture.Entries()));
    }
}
