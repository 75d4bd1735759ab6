using System.Globalization;
using System.Text.Json;
using Gatehouse.Settings;

namespace Gatehouse.Range.Running;

/// <summary>The list of revocations that a security team keeps, for a gateway of the range.</summary>
internal sealed class RevocationsFile
{
    private readonly RangeFixture fixture;
    private readonly string path;
    private readonly List<string> entries = [];

    private RevocationsFile(RangeFixture fixture)
    {
        this.fixture = fixture;
        path = Path.Combine(fixture.NewFolder("revocations"), "revocations.jsonl");
        Write();
    }

    /// <summary>Makes an empty list, which <see cref="AttackContext.RevokeAsync"/> extends.</summary>
    public static RevocationSettings Make(RangeFixture fixture)
    {
        var list = new RevocationsFile(fixture);
        fixture.RevokeAsync = list.AddAsync;
        return new RevocationSettings { File = list.path };
    }

    private Task AddAsync(RangeRevocation revoked)
    {
        var entry = new Dictionary<string, string> { ["kind"] = "subject", ["issuer"] = revoked.Issuer, ["value"] = revoked.Subject };
        if (!revoked.IsForGood) entry["before"] = fixture.Clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        entries.Add(JsonSerializer.Serialize(entry));
        Write();
        return fixture.ReloadAsync(); // a reload reads the list
    }

    // In one step: a list that is read while it is written is refused.
    private void Write()
    {
        var next = path + ".new";
        File.WriteAllLines(next, ["{\"version\":1}", .. entries]);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(next, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(next, path, overwrite: true);
    }
}
