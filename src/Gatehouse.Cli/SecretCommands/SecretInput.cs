using System.Security.Cryptography;
using System.Text;
using Gatehouse.Cli.Output;
using Gatehouse.Files;
using Gatehouse.Storage;

namespace Gatehouse.Cli.SecretCommands;

/// <summary>The value of a secret from a terminal, stdin or a file. Buffers are overwritten. No fault repeats a part of the value.</summary>
internal static class SecretInput
{
    // Keys of a paste follow each other faster.
    private static readonly TimeSpan EndOfPaste = TimeSpan.FromMilliseconds(100);

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a value, without the line break at its end.</summary>
    /// <param name="name">Name of the secret, for the prompt.</param>
    /// <param name="file">The file; null takes the terminal, or stdin where that is none.</param>
    /// <param name="fault">The fault.</param>
    /// <returns>The value, which the caller overwrites; null with a fault.</returns>
    public static byte[]? Read(string name, string? file, out string? fault)
    {
        // One byte and a line break more than a value may have, to see that there is more.
        var buffer = new byte[SealedSecrets.MostValueBytes + 3];
        try
        {
            var count = file is not null ? ReadFile(file, buffer) : Console.IsInputRedirected ? ReadStdin(buffer) : ReadTerminal(name, buffer);
            var value = buffer.AsSpan(0, count).TrimEnd("\r\n"u8);
            fault = Fault(value);
            return fault is null ? value.ToArray() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The path is not repeated: it may be a value that was given to the wrong option.
            fault = file is null ? "the value cannot be read; nothing was set"
                : $"the file that --file names {Why(e)}; nothing was set";
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    private static string Why(Exception fault) => fault switch
    {
        FileNotFoundException or DirectoryNotFoundException => "is not there",
        UnauthorizedAccessException => "cannot be read by this account",
        _ => "cannot be read: give a regular file, and no pipe or device",
    };

    private static int ReadFile(string path, byte[] buffer)
    {
        using var file = RegularFile.OpenRead(path, buffer: 0);
        return file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
    }

    private static int ReadStdin(byte[] buffer)
    {
        using var input = Console.OpenStandardInput();
        return input.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
    }

    private static int ReadTerminal(string name, byte[] buffer)
    {
        // The runtime turns the echo of the terminal off at the first look at the keys, and leaves it off. Later, the first keys could be shown.
        _ = Console.KeyAvailable;
        Terminal.Redraw($"Value of {name} (not shown): ");
        var typed = new char[buffer.Length];
        try
        {
            var count = ReadKeys(typed);
            Terminal.Note("");
            var bytes = Encoding.UTF8.GetByteCount(typed, 0, count);
            return bytes > buffer.Length ? buffer.Length : Encoding.UTF8.GetBytes(typed.AsSpan(0, count), buffer);
        }
        finally
        {
            Array.Clear(typed);
        }
    }

    private static int ReadKeys(char[] typed)
    {
        var count = 0;
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter) return DropRest() ? SeveralLines(typed) : count;
            if (key.Key == ConsoleKey.Backspace) count = Math.Max(0, count - 1);
            else if (key.KeyChar == '\u0015') count = 0; // Ctrl-U begins again
            else if (key.KeyChar != '\0' && count < typed.Length) typed[count++] = key.KeyChar;
        }
    }

    // Further lines of a paste would be typed into the shell, shown and kept in its history.
    private static bool DropRest()
    {
        var isMore = false;
        while (SpinWait.SpinUntil(static () => Console.KeyAvailable, EndOfPaste))
        {
            _ = Console.ReadKey(intercept: true);
            isMore = true;
        }

        return isMore;
    }

    private static int SeveralLines(char[] typed)
    {
        "-\n-".CopyTo(typed);
        return 3;
    }

    private static string? Fault(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return "the value is empty; nothing was set";
        if (value.Length > SealedSecrets.MostValueBytes) return $"the value is longer than {SealedSecrets.MostValueBytes} bytes; nothing was set";
        if (value.ContainsAny("\r\n\0"u8))
            return "the value has several lines; a secret is one line, such as base64 of a longer one; nothing was set";
        return IsText(value) ? null : "the value is no text in UTF-8; give it as base64; nothing was set";
    }

    private static bool IsText(ReadOnlySpan<byte> value)
    {
        try
        {
            return Strict.GetCharCount(value) > 0;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
