namespace Gatehouse.Packaging;

/// <summary>
/// The assemblies of which the compiler made the program, read from its command line, one word a line. The program holds none of these files, so that
/// no other source names them.
/// </summary>
internal sealed class CompilerInputs
{
    private const string Reference = "-r:";

    // The beginning of the names of the packs with the runtime. Those for machine code have a further word in it.
    private const string RuntimePack = "Microsoft.NETCore.App.Runtime.";

    /// <summary>Reads the list.</summary>
    /// <exception cref="InvalidDataException">It names no assembly.</exception>
    public CompilerInputs(string path)
    {
        Assemblies = [.. File.ReadLines(path).Select(AssemblyOf).OfType<string>()];
        if (Assemblies.Count == 0) throw new InvalidDataException($"{path} names no assembly");
    }

    /// <summary>The paths of the assemblies.</summary>
    public IReadOnlyList<string> Assemblies { get; }

    /// <summary>
    /// Returns a library as the program has it: the build names the runtime that a program of assemblies has, and the compiler reads the pack of
    /// another name.
    /// </summary>
    /// <exception cref="InvalidDataException">The compiler read no assembly of the pack.</exception>
    public Library AsCompiled(Library library)
    {
        var native = library with { Name = NativeNameOf(library.Name), Dependencies = [.. library.Dependencies.Select(NativeNameOf)] };
        return library.Kind != "runtimepack" || HasRead(native)
            ? native : throw new InvalidDataException($"the compiler read no assembly of {native.Name} {native.Version}");
    }

    private static string NativeNameOf(string name) => name.Replace(RuntimePack, RuntimePack + "NativeAOT.", StringComparison.Ordinal);

    private bool HasRead(Library pack) => Assemblies.Any(path =>
        path.Contains($"/{pack.Name}/{pack.Version}/", StringComparison.OrdinalIgnoreCase));

    private static string? AssemblyOf(string line)
    {
        var path = line.StartsWith(Reference, StringComparison.Ordinal) ? line[Reference.Length..] : line;
        path = path.Trim('"');
        return !path.StartsWith('-') && path.EndsWith(".dll", StringComparison.Ordinal) ? path : null;
    }
}
