using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Cli.Output;
using Gatehouse.Files;
using Gatehouse.Ipc;

namespace Gatehouse.Cli.UpdateCommands;

/// <summary><c>gatehouse update verify</c>.</summary>
internal static class UpdateVerifyCommand
{
    private const string FolderRemedy =
        $"download the package and {ReleaseStatement.FileName} of its release into one folder, or name that file with --statement";

    public static Command Create()
    {
        var files = new Argument<string[]>("file") { Description = "Downloaded packages.", Arity = ArgumentArity.OneOrMore };
        var statement = new Option<string?>("--statement")
        { Description = $"Signed statement of the release. Default: {ReleaseStatement.FileName} beside each file.", HelpName = "file" };
        var key = UpdateOptions.Key();
        var allowOlder = new Option<bool>("--allow-older")
        { Description = "Accept a release that is older than this build, or than a statement that this account accepted before." };
        var command = new Command("verify",
            """
            Verify downloaded packages against the signed statement of their release: signature, name, size and SHA-256. The command
            opens no connection. A statement that has expired still says what a release was made of: the command shows its dates, and
            does not refuse it. It refuses a release that is older than this build, or than a statement that 'update check' accepted before
            on this account.

            Exit codes: 0 each file fits; 1 a file does not fit, or is older; 2 wrong command line; 3 a file cannot be read.

            Example:
              gatehouse update verify gatehouse-0.1.0-linux-x64.tar.gz
            """)
        { files, statement, key, allowOlder };
        command.SetAction(parsed => Run(
            parsed.GetValue(files)!, parsed.GetValue(statement), parsed.GetValue(key), parsed.GetValue(allowOlder)));
        return command;
    }

    private static int Run(string[] files, string? given, string? keyFile, bool allowsOlder)
    {
        if (!UpdateOptions.TryReadKey(keyFile, out var key)) return ExitCodes.Usage;
        using (key)
        {
            foreach (var file in files)
            {
                var beside = Path.Join(Path.GetDirectoryName(Path.GetFullPath(file)), ReleaseStatement.FileName);
                var code = Verify(file, given ?? beside, key, allowsOlder);
                if (code != ExitCodes.Done) return code;
            }
        }

        return ExitCodes.Done;
    }

    private static int Verify(string file, string statementFile, ReleaseKey key, bool allowsOlder)
    {
        if (!File.Exists(file))
        {
            Terminal.Fault($"{file} does not exist, or is not a file");
            Terminal.Hint(FolderRemedy);
            return ExitCodes.Unavailable;
        }

        try
        {
            var statement = ReleaseStatement.Read(RegularFile.ReadBytes(statementFile, SignedNote.MostBytes), key.Key, out var fault);
            if (statement is null) return Refuse($"{statementFile} was refused: {fault}");
            if (FaultOf(file, statement) is { } wrong) return Refuse($"{file} is not the package that {statementFile} names: {wrong}");
            if (OlderThan(statement, key) is { } older)
            {
                if (!allowsOlder)
                {
                    Terminal.Fault($"{file} is signed and was refused: {older}; use the newest release, or accept this with --allow-older");
                    return ExitCodes.No;
                }

                Terminal.NoteLine($"accepted by --allow-older: {older}");
            }

            var isOver = statement.Expires <= TimeProvider.System.GetUtcNow();
            Terminal.Row($"{Path.GetFileName(file)}: good, of version {statement.Version}, published {ReleaseStatement.Written(statement.Published)}"
                + (isOver ? $"; a newer version may exist, the statement expired {ReleaseStatement.Written(statement.Expires)}" : ""));
            return ExitCodes.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && e is not OutputFailedException)
        {
            Terminal.Fault(e.Message);
            Terminal.Hint(FolderRemedy);
            return ExitCodes.Unavailable;
        }
    }

    // Rollback: whoever serves an old release, with its good signature, brings a known weakness back.
    private static string? OlderThan(ReleaseStatement statement, ReleaseKey key)
    {
        var seen = new SeenStatement(RuntimePaths.Of(Environment.GetEnvironmentVariable).State, key).Read();
        if (StatementAge.RollbackOf(statement, seen) is { } fault) return fault;
        return ReleaseVersion.TryParse(BuildFacts.Version, out var own) && statement.Version.CompareTo(own) < 0
            ? $"it is older ({statement.Version}) than this build ({own})" : null;
    }

    private static string? FaultOf(string file, ReleaseStatement statement)
    {
        if (statement.Packages.FirstOrDefault(one => one.Name == Path.GetFileName(file)) is not { } package)
        {
            return $"the statement, of version {statement.Version}, names no file of this name; "
                + "keep the names of the download (gatehouse update verify --help)";
        }

        using var stream = RegularFile.OpenRead(file);
        if (stream.Length != package.Size)
            return string.Create(CultureInfo.InvariantCulture, $"it has {stream.Length} bytes instead of {package.Size}");
        return Convert.ToHexStringLower(SHA256.HashData(stream)) == package.Sha256 ? null : $"its SHA-256 is not {package.Sha256}";
    }

    private static int Refuse(string fault)
    {
        Terminal.Fault(fault);
        Terminal.Hint("do not use the file; download it again from the publisher");
        return ExitCodes.No;
    }
}
