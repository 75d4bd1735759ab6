using System.Diagnostics;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>A volume of its own of a few MiB, in memory; only for root on Linux.</summary>
internal sealed class SmallVolume : IDisposable
{
    private SmallVolume(string path) => Path = path;

    public string Path { get; }

    /// <summary>Mounts one; null where this account or this machine may not.</summary>
    public static SmallVolume? TryMount(int mebibytes)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root") return null;
        var path = Directory.CreateTempSubdirectory("gatehouse-volume-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m,mode=0700", "tmpfs", path)) return new SmallVolume(path);
        Directory.Delete(path);
        return null;
    }

    /// <summary>Fills it but for so many bytes, as other software would.</summary>
    public void FillBut(long left)
    {
        using var file = File.Create(System.IO.Path.Combine(Path, "foreign"));
        var chunk = new byte[64 << 10];
        while (new DriveInfo(Path).AvailableFreeSpace > left + chunk.Length)
        {
            file.Write(chunk);
            file.Flush();
        }
    }

    public void Free() => File.Delete(System.IO.Path.Combine(Path, "foreign"));

    public void Dispose()
    {
        Run("umount", "-l", Path);
        Directory.Delete(Path);
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
            process!.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
