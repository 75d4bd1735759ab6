using System.Security.Cryptography;
using System.Text;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Cli.UpdateCommands;

namespace Gatehouse.Conventions.Tests;

/// <summary>The statement about the newest release: what is changed, signed by another key, old, or from the future does not count.</summary>
[Trait("Requirement", "CO-06")]
public sealed class ReleaseStatementTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    private readonly NoteSigner signer = NoteSigner.Ecdsa(ReleaseStatement.KeyName, ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public void Dispose() => signer.Dispose();

    [Fact]
    public void Statement_IsReadAsItWasWritten()
    {
        var written = Statement();
        var read = ReleaseStatement.Read(Signed(written.ToText()), signer.Key, out var fault);
        Assert.Null(fault);
        Assert.Equal(written.ToText(), read!.ToText());
        Assert.Equal(("0.2.0", "gatehouse-0.2.0-linux-x64.tar.gz", 12L), (read.Version.Text, read.Packages[0].Name, read.Packages[0].Size));
    }

    [Fact]
    public void EveryChangedByte_IsRefused()
    {
        var note = Signed(Statement().ToText());
        for (var at = 0; at < note.Length; at++)
        {
            var changed = (byte[])note.Clone();
            changed[at] ^= 1;
            Assert.Null(ReleaseStatement.Read(changed, signer.Key, out var fault));
            Assert.NotNull(fault);
        }
    }

    [Fact]
    public void AnotherKey_IsRefused_AlsoWithTheSameName()
    {
        using var other = NoteSigner.Ecdsa(ReleaseStatement.KeyName, ECDsa.Create(ECCurve.NamedCurves.nistP256));
        Assert.Null(ReleaseStatement.Read(SignedNote.Sign(Statement().ToText(), [other]).ToBytes(), signer.Key, out var fault));
        Assert.Equal("it is not signed by the expected key, or was changed", fault);
    }

    // Each is signed by the right key: the form itself decides.
    [Theory]
    [InlineData("gatehouse-release/v1", "gatehouse-release/v2")]
    [InlineData("version 0.2.0", "version 0.2")]
    [InlineData("version 0.2.0", "version 00.2.0")]
    [InlineData("version 0.2.0", "version 0.2.0+build")]
    [InlineData("commit aaaa", "commit aaa")]
    [InlineData("published 2026-11-29T00:00:00Z", "published 2026-11-29")]
    [InlineData("expires 2027-05-29T00:00:00Z", "expires 2026-11-29T00:00:00Z")]
    [InlineData("expires 2027-05-29T00:00:00Z", "expires 2099-05-29T00:00:00Z")]
    [InlineData(" 12 ", " 012 ")]
    [InlineData(" 12 ", " -12 ")]
    [InlineData("gatehouse-0.2.0-linux-x64.tar.gz", "../gatehouse")]
    [InlineData("gatehouse-0.2.0-linux-x64.tar.gz", "--help")]
    [InlineData("gatehouse-0.2.0-linux-x64.tar.gz", "Gatehouse.0.2.0.nupkg")] // twice
    [InlineData("commit", "extra 1\ncommit")]
    public void AnotherForm_IsRefused(string old, string changed)
    {
        var text = Statement().ToText();
        Assert.Contains(old, text, StringComparison.Ordinal);
        Assert.Null(ReleaseStatement.Read(Signed(text.Replace(old, changed, StringComparison.Ordinal)), signer.Key, out var fault));
        Assert.Contains("no form that this version knows", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void StatementOfTooManyPackages_IsRefused()
    {
        var packages = Enumerable.Range(0, ReleaseStatement.MostPackages + 1).Select(at => new ReleasedPackage(new string('0', 64), 1,
            $"a{at}")).ToList();
        Assert.False(ReleaseStatement.TryParse((Statement() with { Packages = packages }).ToText(), out _));
        Assert.True(ReleaseStatement.TryParse((Statement() with { Packages = packages[1..] }).ToText(), out _));
        Assert.False(ReleaseStatement.TryParse((Statement() with { Packages = [] }).ToText(), out _));
    }

    [Fact]
    public void Age_RefusesRollbackFreezeAndFastForward()
    {
        var statement = Statement();
        Assert.Null(StatementAge.FaultOf(statement, null, Now));
        Assert.Null(StatementAge.FaultOf(statement, statement, Now));
        Assert.Contains("its time is over", StatementAge.FaultOf(statement, null, statement.Expires), StringComparison.Ordinal);
        Assert.Null(StatementAge.FaultOf(statement, null, statement.Expires.AddSeconds(-1)));
        Assert.Null(StatementAge.FaultOf(statement, null, statement.Published - StatementAge.ClockSkew));
        Assert.Contains("from the future", StatementAge.FaultOf(statement, null,
            statement.Published - StatementAge.ClockSkew - TimeSpan.FromSeconds(1)),
            StringComparison.Ordinal);
        Assert.Contains("is older", StatementAge.FaultOf(statement, statement with { Published = statement.Published.AddSeconds(1) }, Now),
            StringComparison.Ordinal);
        Assert.Contains("is older", StatementAge.FaultOf(statement with { Published = Now }, statement with { Version = VersionOf("0.3.0") }, Now),
            StringComparison.Ordinal);
    }

    // The example of Semantic Versioning 2.0.0, section 11, and the numbers that texts would order in another way.
    [Fact]
    public void Versions_AreInTheirOrder()
    {
        string[] ordered = ["0.9.0", "0.10.0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
            "1.0.0-rc.1", "1.0.0", "1.0.1", "2.0.0"];
        for (var one = 0; one < ordered.Length; one++)
        {
            for (var other = 0; other < ordered.Length; other++)
                Assert.Equal(Math.Sign(one - other), Math.Sign(VersionOf(ordered[one]).CompareTo(VersionOf(ordered[other]))));
        }
    }

    [Fact]
    public void KeyOfTheProgram_IsTheOneOfTheRepository()
    {
        Assert.True(UpdateOptions.TryReadKey(null, out var key));
        using (key)
        using (var inRepository = ReleaseKey.OfPem(Repository.Read("eng/release-key.pem")))
            Assert.Equal(inRepository.Fingerprint, key.Fingerprint);
    }

    private static ReleaseVersion VersionOf(string text) => ReleaseVersion.TryParse(text, out var version) ? version
        : throw new FormatException(text);

    private static ReleaseStatement Statement() => new(VersionOf("0.2.0"), new string('a', 40),
        new DateTimeOffset(2026, 11, 29, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2027, 5, 29, 0, 0, 0, TimeSpan.Zero),
        [
            new ReleasedPackage(new string('1', 64), 12, "gatehouse-0.2.0-linux-x64.tar.gz"),
            new ReleasedPackage(new string('2', 64), 34, "Gatehouse.0.2.0.nupkg"),
        ]);

    private byte[] Signed(string text) => Encoding.UTF8.GetBytes(SignedNote.Sign(text, [signer]).ToString());
}
