using Gatehouse.Cli.ServiceCommands;
using Gatehouse.Files;

namespace Gatehouse.Conventions.Tests;

/// <summary>The paths that a unit of systemd may have: text, place and owner.</summary>
[Trait("Requirement", "CO-06")]
public sealed class ServicePlacesTests
{
    [Theory]
    [InlineData("/home/ann/gatehouse", "/home")]
    [InlineData("/opt/../root/gatehouse", "/root")]
    [InlineData("/var/home/ann/gatehouse.yaml", "/var/home")]
    [InlineData("/tmp/gatehouse.yaml", "/tmp")]
    [InlineData("/var/tmp/a/gatehouse.yaml", "/var/tmp")]
    public void FolderThatTheServiceCannotSee_IsRefused(string path, string folder) =>
        Assert.Contains($"is in {folder}, which the service cannot see", ServicePlaces.Refuse(path)?.Fault, StringComparison.Ordinal);

    // CWE-732: a folder of another account, or where all accounts may add files, decides about the file.
    [Fact]
    public void PlaceOfRoot_IsOfNoOtherAccount_AndMissingFilesAreRefused()
    {
        if (!OperatingSystem.IsLinux()) return;
        var folder = Directory.CreateTempSubdirectory("gatehouse-place-");
        try
        {
            Assert.NotNull(FileRights.RefusePlaceOfRoot(folder.FullName));
            Assert.Null(FileRights.RefusePlaceOfRoot("/etc/passwd"));
            Assert.Contains("/etc/no-such-file does not exist", ServicePlaces.Refuse("/etc/no-such-file")?.Fault, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete();
        }
    }

    [Theory]
    [InlineData("/", true)]
    [InlineData("/etc", true)]
    [InlineData("/usr/", true)]
    [InlineData("/srv/../boot", true)]
    [InlineData("/opt", true)]
    [InlineData("/opt/gatehouse", true)]
    [InlineData("/srv/audit", false)]
    [InlineData("/opt/gatehouse-audit", false)]
    public void FolderOfTheSystemOrOfTheProgram_IsNotWritten(string folder, bool isOfSystem) =>
        Assert.Equal(isOfSystem, ServicePlaces.IsOfSystem(folder, ["/opt/gatehouse/gatehouse", "/etc/gatehouse/gatehouse.yaml"]));

    // CWE-93: the next line of the unit is one of its protections.
    [Theory]
    [InlineData("/opt/a b/gatehouse", true)]
    [InlineData("/opt/100%/gatehouse", true)]
    [InlineData("", false)]
    [InlineData("/opt/gatehouse\\", false)]
    [InlineData("/opt/${HOME}", false)]
    [InlineData("/opt/a\nProtectSystem=no", false)]
    [InlineData("/opt/\u007f", false)]
    [InlineData("/opt/\u00e9", false)]
    public void TextOfAUnit_IsPlain(string text, bool isPlain) => Assert.Equal(isPlain, ServiceUnit.IsPlain(text));

    [Fact]
    public void RootIsKnown() => Assert.True(SystemManager.IsRoot("root") && !SystemManager.IsRoot("gatehouse-of-no-machine"));
}
