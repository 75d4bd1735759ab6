using System.Diagnostics;
using System.Text;
using Gatehouse.Files;
using Gatehouse.Isolation.Tests.Support;

namespace Gatehouse.Isolation.Tests;

/// <summary>Files are opened only if they are regular ones, and read within a bound.</summary>
[Trait("Requirement", "EX-03")]
public sealed class RegularFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AText_IsReadUpToItsBound()
    {
        var path = Write("a", "größe"u8);
        Assert.Equal("größe", RegularFile.ReadText(path, 7));
        Assert.Contains("larger than 6 bytes", Assert.Throws<FileTooLargeException>(() => RegularFile.ReadText(path, 6)).Message, StringComparison.Ordinal);
        Assert.Equal(7, RegularFile.ReadBytes(path, 100).Length);
    }

    [Fact]
    public void AByteOrderMark_NamesTheEncoding_AndIsNoPartOfTheText()
    {
        Assert.Equal("a", RegularFile.ReadText(Write("a", [0xef, 0xbb, 0xbf, (byte)'a']), 10));
        Assert.Equal("a", RegularFile.ReadText(Write("b", [0xff, 0xfe, (byte)'a', 0]), 10));
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        Assert.Throws<DecoderFallbackException>(() => RegularFile.ReadText(Write("c", [(byte)'a', 0xff]), 10, strict));
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(0)]
    public void ALinkToAFile_IsFollowed(int buffer)
    {
        var path = Write("a", "text"u8);
        var link = Path.Join(folder.Path, "link");
        File.CreateSymbolicLink(link, path);
        using var stream = RegularFile.OpenRead(link, buffer);
        Assert.Equal('t', stream.ReadByte());
        Assert.Equal('e', stream.ReadByte());
    }

    // Each call returns: an opening that waited for a writer of the pipe would never.
    [Fact]
    public async Task WhatIsNoFile_IsNotOpened()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo");
        var (pipe, link) = (Path.Join(folder.Path, "pipe"), Path.Join(folder.Path, "link"));
        using (var process = Process.Start("mkfifo", [pipe])) await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(link, pipe);
        foreach (var path in new[] { pipe, link, folder.Path, "/dev/zero", "/dev/tty" })
        {
            var reading = Task.Run(() => RegularFile.ReadBytes(path, 10), TestContext.Current.CancellationToken);
            var fault = await Assert.ThrowsAnyAsync<IOException>(() =>
                reading.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
            Assert.True(path == "/dev/tty" || fault.Message.Contains("not a regular file", StringComparison.Ordinal), fault.Message);
        }
    }

    [Fact]
    public void APathThatNamesNothing_IsReportedAsSuch()
    {
        Assert.Throws<FileNotFoundException>(() => RegularFile.ReadBytes(Path.Join(folder.Path, "absent"), 10));
        Assert.Throws<FileNotFoundException>(() => RegularFile.ReadBytes(Path.Join(Write("a", "text"u8), "below"), 10));
        Assert.Throws<FileNotFoundException>(() => RegularFile.ReadBytes("", 10));
        // The system would open the file whose path ends before the null.
        Assert.Contains("null character", Assert.Throws<IOException>(() => RegularFile.ReadBytes(Write("b", "text"u8) + "\0.yaml", 10)).Message,
            StringComparison.Ordinal);
    }

    private string Write(string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Join(folder.Path, name);
        File.WriteAllBytes(path, content.ToArray());
        return path;
    }
}
