using System.Globalization;
using System.Text.Json;
using Gatehouse.Settings;

namespace Gatehouse.Range.Running;

/// <summary>The list of revocations that a security team keeps, for a gateway of the range.</summary>
internal sealed class RevocationsFile
{
    private readonly RangeFixture fixture;
    private readonly string path;

    private RevocationsFile(RangeFixture fixture)
    {
        this.fixture = fixture;
        path = Path.Combine(fixture.NewFolder("revocations"), "revocations.jsonl");
        Write([]);
    }

    /// <summary>Makes an empty list, to which the script can add.</summary>
    public static RevocationSettings Make(RangeFixture fixture)
    {
        var list = new RevocationsFile(fixture);
        fixture.RevokeAsync = list.AddAsync;
        return new RevocationSettings { File = list.path };
    }

    private Task AddAsync(string issuer, string subject, bool isForGood)
    {
        var entry = new Dictionary<string, string> { ["kind"] = "subject", ["issuer"] = issuer, ["value"] = subject };
        if (!isForGood) entry["before"] = fixture.Clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        Write([JsonSerializer.Serialize(entry)]);
        return fixture.ChangePolicyAsync(); // a reload reads the list
    }

    // In one step: a list that is read while it is written is refused.
    private void Write(IEnumerable<string> lines)
    {
        var next = path + ".new";
        File.WriteAllLines(next, ["{\"version\":1}", .. lines]);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(next, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(next, path, overwrite: true);
    }
}
