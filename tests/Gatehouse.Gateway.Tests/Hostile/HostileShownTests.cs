using System.Text;
using Gatehouse.Configuration.Snapshots;

namespace Gatehouse.Gateway.Tests.Hostile;

/// <summary>Secrets in places of a configuration that the output of a difference may show (CWE-532).</summary>
public sealed class HostileShownTests
{
    [Theory]
    [InlineData("servers:\n  a:\n    url: https://h.example/mcp#hunter2pw9\n", "hunter2pw9")]
    [InlineData("servers:\n  a:\n    url: https://h.example/mcp#access_token=hunter2pw9\n", "hunter2pw9")]
    [InlineData("servers:\n  a:\n    url: https://user%3Ahunter2pw9%40h.example/mcp\n", "hunter2pw9")]
    [InlineData("# password:\n# correcthorse\nversion: 1\n", "correcthorse")]
    [InlineData("# the password of staging is correcthorse\nversion: 1\n", "correcthorse")]
    [InlineData("# old token for staging: kXqZvBnMwErTyUiO\nversion: 1\n", "kXqZvBnMwErTyUiO")]
    [InlineData("# old token for staging: kXqZvBnMwErTyUiOpAsDfGhJkLzXcVbN\nversion: 1\n", "kXqZvBnMwErTyUiOpAsDfGhJkLzXcVbN")]
    public void ASecretInThisPlace_IsNotShown(string text, string secret)
    {
        var lines = ShownText.Lines(new SnapshotFile(SnapshotPart.Main, "/srv/gatehouse.yaml", Encoding.UTF8.GetBytes(text)));
        Assert.DoesNotContain(secret, string.Join('\n', lines.Select(line => line.Text)), StringComparison.Ordinal);
    }
}
