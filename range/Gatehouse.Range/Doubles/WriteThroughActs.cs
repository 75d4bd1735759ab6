using Gatehouse.Onboarding;

namespace Gatehouse.Range.Doubles;

/// <summary>Writes into the file that is there, as most programs do, wherever its name leads to.</summary>
internal sealed class WriteThroughActs : IFileSystem
{
    private readonly FileSystem disk = new();

    public byte[]? Read(string path) => disk.Read(path);

    public void Create(string path, ReadOnlySpan<byte> bytes, string? like) => disk.Create(path, bytes, null);

    public void Replace(string temporary, string path)
    {
        File.WriteAllBytes(path, File.ReadAllBytes(temporary));
        File.Delete(temporary);
    }

    public void Delete(string path) => disk.Delete(path);
}
