using Gatehouse.Onboarding;

namespace Gatehouse.Inventory.Tests.Editing;

/// <summary>The acts on the real file system with something happening before one of them.</summary>
internal sealed class FaultyActs(Action<string, string> before) : IFileSystem
{
    private readonly FileSystem disk = new();

    public byte[]? Read(string path)
    {
        before("read", path);
        return disk.Read(path);
    }

    public void Create(string path, ReadOnlySpan<byte> bytes, string? like)
    {
        before("create", path);
        disk.Create(path, bytes, like);
    }

    public void Replace(string temporary, string path)
    {
        before("replace", path);
        disk.Replace(temporary, path);
        before("replaced", path);
    }

    public void Delete(string path) => disk.Delete(path);
}
