namespace Gatehouse.Deployment.Tests.Kubernetes;

/// <summary>
/// A folder as the kubelet mounts a ConfigMap, a Secret or a projection: the files are in a folder of their own behind the link <c>..data</c>, and
/// a link for each leads there. All belong to root and to the group of <c>fsGroup</c>. An update writes a new folder and renames the link.
/// </summary>
internal sealed class MountedVolume
{
    private const UnixFileMode Setgid = UnixFileMode.SetGroup;
    private const UnixFileMode Everything = (UnixFileMode)0b111_111_111;

    private readonly string path;
    private readonly int group;
    private int updates;

    /// <summary>Mounts a volume.</summary>
    /// <param name="path">Where.</param>
    /// <param name="group">The group of <c>fsGroup</c>.</param>
    /// <param name="isInMemory">True for secrets and projections, whose folder is a tmpfs with the sticky bit; false for a ConfigMap.</param>
    /// <param name="files">The files by name.</param>
    public MountedVolume(string path, int group, bool isInMemory, IReadOnlyDictionary<string, string> files)
    {
        (this.path, this.group) = (path, group);
        Directory.CreateDirectory(path);
        Give(path, Everything | Setgid | (isInMemory ? UnixFileMode.StickyBit : UnixFileMode.None));
        foreach (var name in files.Keys) File.CreateSymbolicLink(Path.Join(path, name), Path.Join("..data", name));
        Update(files);
    }

    /// <summary>Replaces the files as the kubelet does.</summary>
    public void Update(IReadOnlyDictionary<string, string> files)
    {
        var name = $"..2026_11_29_10_00_{++updates:00}.000000000";
        var folder = Path.Join(path, name);
        Directory.CreateDirectory(folder);
        Give(folder, (UnixFileMode)0b111_101_101 | Setgid);
        foreach (var (file, text) in files)
        {
            File.WriteAllText(Path.Join(folder, file), text);
            Give(Path.Join(folder, file), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        }

        var link = Path.Join(path, "..data_tmp");
        File.CreateSymbolicLink(link, name);
        Run("mv", "--no-target-directory", link, Path.Join(path, "..data"));
    }

    /// <summary>A folder as a volume for data has it: root and the group may write it.</summary>
    public static void Data(string path, int group)
    {
        Directory.CreateDirectory(path);
        Own(path, group);
        File.SetUnixFileMode(path, (UnixFileMode)0b111_111_101 | Setgid);
    }

    private void Give(string place, UnixFileMode mode)
    {
        Own(place, group);
        File.SetUnixFileMode(place, mode); // a change of the owner takes setgid away
    }

    private static void Own(string place, int group) =>
        Run("chown", "--no-dereference", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"0:{group}"), place);

    private static void Run(string file, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(file, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
