using Gatehouse.Configuration;
using Gatehouse.Configuration.Reading;

namespace Gatehouse.Gateway.Tests.Configuration;

public sealed class FileTests : IDisposable
{
    private const UnixFileMode Ours = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string folder = Directory.CreateTempSubdirectory("gatehouse-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Write(string text, UnixFileMode mode = Ours)
    {
        var path = Path.Join(folder, "gatehouse.yaml");
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, mode);
        return path;
    }

    private static ConfigurationResult Load(string? path) =>
        ConfigurationLoader.Load(new ConfigurationRequest { Path = path, Environment = Samples.HomeOnly });

    private static ConfigurationFault TheFault(string? path) => Assert.Single(Load(path).Faults);

    [Fact]
    public void AFileOfOurs_IsRead()
    {
        var path = Write(Samples.Smallest);
        var result = Load(path);
        Assert.True(result.IsGood, Samples.Text(result));
        Assert.Equal(path, result.SourcePath);
    }

    [Theory]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void Refuses_AFileThatOthersMayWrite(UnixFileMode mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes of POSIX.");
        var path = Write(Samples.Smallest, Ours | mode);
        Assert.Equal($"run: chmod go-w {path}", TheFault(path).Remedy);
    }

    [Fact]
    public void Refuses_AFolderThatOthersMayWrite_ExceptWithTheStickyBit()
    {
        if (OperatingSystem.IsWindows()) return;
        var path = Write(Samples.Smallest);
        const UnixFileMode open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite;
        File.SetUnixFileMode(folder, open);
        Assert.Equal($"run: chmod go-w {folder}", TheFault(path).Remedy);
        File.SetUnixFileMode(folder, open | UnixFileMode.StickyBit);
        Assert.True(Load(path).IsGood);
    }

    [Fact]
    public void Refuses_ALinkIntoAFolderThatOthersMayWrite()
    {
        if (OperatingSystem.IsWindows()) return;
        var inside = Directory.CreateDirectory(Path.Join(folder, "inside")).FullName;
        var real = Path.Join(inside, "real.yaml");
        File.WriteAllText(real, Samples.Smallest);
        File.SetUnixFileMode(inside, (UnixFileMode)0b111_111_111);
        var link = Path.Join(folder, "link.yaml");
        File.CreateSymbolicLink(link, real);
        Assert.Equal($"run: chmod go-w {inside}", TheFault(link).Remedy);
    }

    [Fact]
    public void AFileThatIsNotThere_IsAFault() =>
        Assert.Contains("does not exist", TheFault(Path.Join(folder, "no", "file.yaml")).Message, StringComparison.Ordinal);

    [Fact]
    public void AFolderInsteadOfAFile_IsAFault() =>
        Assert.Contains("cannot be read", TheFault(folder).Message, StringComparison.Ordinal);

    [Fact]
    public void AnEmptyName_IsAFault_NotTheSystemsPlace() =>
        Assert.Contains("empty", TheFault("").Message, StringComparison.Ordinal);

    [Fact]
    public void AFileOfMoreThanAMebibyte_IsAFault() =>
        Assert.Contains("1 MiB", TheFault(Write("#" + new string('x', 1 << 20))).Message, StringComparison.Ordinal);

    [Fact]
    public void AFileThatIsNotUtf8_IsAFault()
    {
        var path = Write("");
        File.WriteAllBytes(path, [.. "version: 1 # "u8, 0xFF]);
        Assert.Contains("UTF-8", TheFault(path).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileInTheWorkingFolder_IsNotLookedFor()
    {
        var result = ConfigurationLoader.Load(new ConfigurationRequest { Environment = name => name == "CONFIGURATION_DIRECTORY" ? folder : null });
        Assert.Equal(Path.Join(folder, "gatehouse.yaml"), result.SourcePath);
        Assert.Contains("does not exist", Assert.Single(result.Faults).Message, StringComparison.Ordinal);
    }
}
