using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Cli.Output;
using Gatehouse.Files;

namespace Gatehouse.Cli.UpdateCommands;

/// <summary><c>gatehouse update verify</c>.</summary>
internal static class UpdateVerifyCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("file") { Description = "Downloaded packages.", Arity = ArgumentArity.OneOrMore };
        var statement = new Option<string?>("--statement")
        { Description = $"Signed statement of the release. Default: {ReleaseStatement.FileName} beside each file.", HelpName = "file" };
        var key = UpdateOptions.Key();
        var command = new Command("verify",
            """
            Verify downloaded packages against the signed statement of their release: signature, name, size and SHA-256. The command
            opens no connection. A statement that has expired still says what a release was made of: the command shows its dates, and
            does not refuse it.

            The exit code is 1 if a file does not fit.

            Example:
              gatehouse update verify gatehouse-0.1.0-linux-x64.tar.gz
            """)
        { files, statement, key };
        command.SetAction(parsed => Run(parsed.GetValue(files)!, parsed.GetValue(statement), parsed.GetValue(key)));
        return command;
    }

    private static int Run(string[] files, string? given, string? keyFile)
    {
        if (!UpdateOptions.TryReadKey(keyFile, out var key)) return ExitCodes.Usage;
        using (key)
        {
            foreach (var file in files)
            {
                var code = Verify(file, given ?? Path.Join(Path.GetDirectoryName(Path.GetFullPath(file)), ReleaseStatement.FileName), key);
                if (code != ExitCodes.Done) return code;
            }
        }

        return ExitCodes.Done;
    }

    private static int Verify(string file, string statementFile, ReleaseKey key)
    {
        try
        {
            var statement = ReleaseStatement.Read(RegularFile.ReadBytes(statementFile, SignedNote.MostBytes), key.Key, out var fault);
            if (statement is null) return Refuse($"{statementFile} was refused: {fault}");
            if (FaultOf(file, statement) is { } wrong) return Refuse($"{file} is not the package that {statementFile} names: {wrong}");
            var isOver = statement.Expires <= TimeProvider.System.GetUtcNow();
            Terminal.Row($"{Path.GetFileName(file)}: good, of version {statement.Version}, published {ReleaseStatement.Written(statement.Published)}"
                + (isOver ? $"; a newer version may exist, the statement expired {ReleaseStatement.Written(statement.Expires)}" : ""));
            return ExitCodes.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && e is not OutputFailedException)
        {
            Terminal.Fault(e.Message);
            Terminal.Hint($"download the package and {ReleaseStatement.FileName} of its release into one folder, or name that file with --statement");
            return ExitCodes.Unavailable;
        }
    }

    private static string? FaultOf(string file, ReleaseStatement statement)
    {
        if (statement.Packages.FirstOrDefault(one => one.Name == Path.GetFileName(file)) is not { } package)
            return $"it names no file of this name; it names {string.Join(", ", statement.Packages.Select(static one => one.Name))}";
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
