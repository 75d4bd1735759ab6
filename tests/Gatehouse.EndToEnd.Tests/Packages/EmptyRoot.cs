using System.Diagnostics;

namespace Gatehouse.EndToEnd.Tests.Packages;

/// <summary>
/// A root folder that holds the unpacked archive, chosen system libraries and nothing else: no shell, no .NET, no other library. A program sees it as
/// its whole file system (user namespace, chroot), with the <c>/proc</c> of the machine.
/// </summary>
internal sealed class EmptyRoot
{
    /// <summary>The libraries that the program is linked with. The package libc6 of Debian has them.</summary>
    public static readonly IReadOnlyList<string> Base = ["libc.so.6", "libm.so.6"];

    /// <summary>What a gateway needs more: the package libssl3 of Debian.</summary>
    public static readonly IReadOnlyList<string> Gateway = ["libssl.so.3", "libcrypto.so.3"];

    private const string Loader = "/lib64/ld-linux-x86-64.so.2";

    // Only /bin/sh of the machine runs outside of the new root; its first argument is that root.
    private const string Enter = """mount --rbind /proc "$1/proc" && root=$1 && shift && exec chroot "$root" /opt/gatehouse/gatehouse "$@" """;

    private EmptyRoot(string path) => Path = path;

    /// <summary>Where the root is in the file system of the machine.</summary>
    public string Path { get; }

    /// <summary>Makes a root in an empty folder; skips the test where this machine lets no one do that, or lacks a library.</summary>
    public static async Task<EmptyRoot> MakeAsync(string folder, string unpacked, IEnumerable<string> libraries)
    {
        var root = new EmptyRoot(folder);
        foreach (var name in new[] { "opt/gatehouse", "proc", "tmp", "lib64", "lib" }) Directory.CreateDirectory(System.IO.Path.Join(folder, name));
        foreach (var file in Directory.GetFiles(unpacked)) File.Copy(file, System.IO.Path.Join(folder, "opt/gatehouse", System.IO.Path.GetFileName(file)));
        Assert.SkipUnless(File.Exists(Loader), "the machine has no glibc for x64");
        File.Copy(Loader, System.IO.Path.Join(folder, Loader));
        foreach (var library in libraries) root.AddLibrary(library);
        var (code, _, errors) = await OneShot.RunAsync(root.Plan("version"));
        Assert.SkipWhen(errors.Contains("unshare:", StringComparison.Ordinal) || errors.Contains("mount:", StringComparison.Ordinal)
            || errors.Contains("chroot:", StringComparison.Ordinal), $"this machine allows no other root: {errors}");
        Assert.True(code == 0, errors);
        return root;
    }

    /// <summary>Adds a library of the machine.</summary>
    public void AddLibrary(string name)
    {
        string[] folders = ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/usr/lib"];
        var found = folders.Select(folder => System.IO.Path.Join(folder, name)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(found is null, $"this machine has no {name}");
        File.Copy(found!, System.IO.Path.Join(Path, "lib", name));
    }

    /// <summary>Moves a file within the root.</summary>
    public void Move(string from, string to) => File.Move(System.IO.Path.Join(Path, from), System.IO.Path.Join(Path, to));

    /// <summary>Writes a file of the root.</summary>
    public void Put(string name, string text)
    {
        var path = System.IO.Path.Join(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>The command in the root, with no variable of this process.</summary>
    public ProcessPlan Plan(params string[] arguments) => new("/usr/bin/env",
        ["-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "unshare", "--user", "--map-root-user", "--mount", "/bin/sh", "-c", Enter, "sh", Path, .. arguments]);

    /// <summary>Runs it to its end.</summary>
    public Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) => OneShot.RunAsync(Plan(arguments));
}
