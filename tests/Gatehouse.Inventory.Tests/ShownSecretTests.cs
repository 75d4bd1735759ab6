using System.Text;
using Gatehouse.Detection.Secrets;
using Gatehouse.Inventory.Listing;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Output;
using Gatehouse.Inventory.Reading;
using Gatehouse.Onboarding;

namespace Gatehouse.Inventory.Tests;

/// <summary>No screen and no file of a scan holds the value of a secret that stands in an entry, however it is given (SK-01, SC-07).</summary>
[Trait("Requirement", "SK-01")]
public sealed class ShownSecretTests
{
    // Drawn by chance, and one that looks made up: a name alone is enough to hide it.
    private const string Value = "q8Zr2LxVt5Nw9KbYc3Hd7Jp";
    private const string MadeUp = "figd_AbCdEf0123456789-abcdefgh";

    [Theory]
    [InlineData("--access-token", Value)]
    [InlineData("--figma-api-key", MadeUp)]
    [InlineData("--access-token=" + Value, "x")]
    [InlineData("--client-secret", "-" + Value)]
    [InlineData("-e", "SERVICE_API_KEY=" + Value)]
    [InlineData("--header", "X-Api-Key: " + Value)]
    [InlineData("--header", "Authorization: Bearer " + Value + Value)]
    [InlineData("--password", "hunter2")]
    [InlineData("--admin-token", "hunter2")]
    [InlineData("--profile-key", "hunter2")]
    [InlineData("--github-token-ro=hunter2", "x")]
    public async Task EveryReport_HidesIt(string option, string value)
    {
        var report = await Planted.OneAsync(
            $"{{\"command\":\"npx\",\"args\":[\"-y\",\"server-x@1.0.0\",\"{option}\",\"{value}\"],\"env\":{{\"K\":\"v\"}}}}");
        string[] secrets = [Value, MadeUp, "hunter2"];
        string[] shown =
        [
            TableReport.Render(report, false), HtmlReport.Render(report), JsonReport.Render(report), SarifReport.Render(report, "1.0.0"),
            StartRequest.For(report.Servers[0], "/", out _)!.Render(new ServerFindings(report)),
        ];
        Assert.All(shown, text => Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal)));
    }

    // Command and arguments in one text, and a secret in the place of a package or an image.
    [Theory]
    [InlineData($"npx -y server-x --dsn postgres://app:{Value}@db.example/app")]
    [InlineData($"npx -y server-x --access-token {Value}")]
    [InlineData($"/nowhere/server --header 'X-Api-Key: {Value}'")]
    [InlineData($"API_TOKEN={Value} npx -y server-x")]
    [InlineData($"cd /srv && API_TOKEN={Value} npx -y server-x")]
    [InlineData($"C:/Program Files/x/server.exe --access-token={Value}")]
    [InlineData($"npx -y git+https://me:{Value}@code.example/x.git")]
    [InlineData($"uvx --from git+https://me:{Value}@code.example/x.git x")]
    [InlineData($"docker run -i https://me:{Value}@images.example/x")]
    public async Task EveryReport_HidesWhatIsInACommandOfOneText(string command)
    {
        var report = await Planted.OneAsync(System.Text.Json.JsonSerializer.Serialize(new { command }));
        string[] shown =
        [
            TableReport.Render(report, false), HtmlReport.Render(report), JsonReport.Render(report), SarifReport.Render(report, "1.0.0"),
        ];
        Assert.All(shown, text => Assert.DoesNotContain(Value, text, StringComparison.Ordinal));
        Assert.Null(StartRequest.For(report.Servers[0], "/", out var reason));
        Assert.Contains("one text", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--token-file", "/run/secrets/t")]
    [InlineData("--max-tokens", "4096")]
    [InlineData("--api-key", "${API_KEY}")]
    [InlineData("--token", "--verbose")]
    [InlineData("/srv/data", "/srv/other")]
    public void WhatIsNone_StaysReadable(string one, string other) => Assert.Equal([one, other], CommandSecrets.Mask([one, other]));

    [Fact]
    public void Differences_HideItInBothForms()
    {
        var file = Encoding.UTF8.GetBytes($$"""
            {"mcpServers": {"one": {"command": "npx",
              "args": ["--access-token",
                "{{Value}}",
                "--figma-api-key={{MadeUp}}"],
              "token": "{{Value}}" } } }
            """);
        var root = ConfigReader.Read(file, ConfigFormat.Json);
        var lines = new ShownLines(file, root);
        for (var line = 1; line <= lines.Count; line++)
        {
            Assert.DoesNotContain(Value, lines[line], StringComparison.Ordinal);
            Assert.DoesNotContain(MadeUp, lines[line], StringComparison.Ordinal);
        }
    }
}
