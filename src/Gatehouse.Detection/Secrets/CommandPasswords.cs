using System.Buffers;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.Secrets;

/// <summary>Passwords behind the options of commands whose letters say nothing by themselves: <c>sshpass -p</c>, <c>mysql -p</c>.</summary>
internal static class CommandPasswords
{
    private const int LongestLine = 256;
    private const int LongestPassword = 1024;

    // The command, and the option up to the first character of the password. Sources: the manual page of each command; for IDENTIFIED BY the SQL of
    // MySQL and Oracle; for ConvertTo-SecureString the reference of PowerShell.
    private static readonly (string Command, string Option)[] Rows =
    [
        ("sshpass ", " -p"), ("redis-cli ", " -a "), ("redis-cli ", " --pass "), ("docker login", " -p "), ("podman login", " -p "), ("buildah login", " -p "),
        ("skopeo login", " -p "), ("oras login", " -p "), ("helm registry login", " -p "), ("mysql ", " -p"), ("mysqldump ", " -p"), ("mysqladmin ", " -p"),
        ("mariadb ", " -p"), ("az login", " -p "), ("sqlcmd ", " -P "), ("bcp ", " -P "), ("ldapsearch ", " -w "), ("ldapmodify ", " -w "), ("plink ", " -pw "),
        ("pscp ", " -pw "), ("mongo ", " -p "), ("mongosh ", " -p "), ("mongodump ", " -p "), ("mongorestore ", " -p "), ("unzip ", " -P "),
        ("xfreerdp ", " /p:"), ("openssl ", " pass:"), ("rabbitmqadmin ", " -p "),
        ("vncviewer ", " -password "), ("ipmitool ", " -P "), ("IDENTIFIED BY", " "), ("identified by", " "),
        ("ConvertTo-SecureString", " "),
    ];

    private static readonly SearchValues<string> Commands =
        SearchValues.Create([.. Rows.Select(row => row.Command).Distinct()], StringComparison.Ordinal);

    /// <summary>Adds the passwords of a text.</summary>
    public static void Find(string text, List<SecretHit> hits)
    {
        for (var at = 0; ; at++)
        {
            var next = text.AsSpan(at).IndexOfAny(Commands);
            if (next < 0) break;
            at += next;
            if (at > 0 && (char.IsAsciiLetterOrDigit(text[at - 1]) || text[at - 1] is '_' or '-')) continue;
            foreach (var (command, option) in Rows)
            {
                if (text.AsSpan(at).StartsWith(command, StringComparison.Ordinal)) Option(text, at + command.Length - 1, option, hits);
            }
        }

        FromInput(text, hits);
    }

    private static void Option(string text, int from, string option, List<SecretHit> hits)
    {
        // The last character of the command may be the blank that the option begins with.
        var line = text.AsSpan(from, Math.Min(LongestLine, text.Length - from));
        if (line.IndexOf('\n') is var end and >= 0) line = line[..end];
        // Another option may begin like this one: mysql -port 3306 -pSECRET.
        for (var found = line.IndexOf(option, StringComparison.Ordinal); found >= 0;)
        {
            var at = from + found + option.Length;
            // mysql takes only what is written together with -p. A word after a blank is the database.
            var isDatabase = option == " -p" && at < text.Length && text[at] == ' ' && !text.AsSpan(0, from).EndsWith("sshpass", StringComparison.Ordinal);
            if (!isDatabase) Password(text, at, hits);
            var next = line[(found + 1)..].IndexOf(option, StringComparison.Ordinal);
            found = next < 0 ? -1 : found + 1 + next;
        }
    }

    // echo PASSWORD | docker login --password-stdin
    private static void FromInput(string text, List<SecretHit> hits)
    {
        const string Mark = "--password-stdin", Echo = "echo ";
        for (var at = text.IndexOf(Mark, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Mark, at + Mark.Length, StringComparison.Ordinal))
        {
            var from = Math.Max(0, at - LongestLine);
            var line = text.AsSpan(from, at - from);
            from += line.LastIndexOf('\n') + 1;
            var echo = text.AsSpan(from, at - from).IndexOf(Echo, StringComparison.Ordinal);
            if (echo < 0) continue;
            var value = from + echo + Echo.Length;
            if (text.AsSpan(value).StartsWith("-n ", StringComparison.Ordinal)) value += 3;
            Password(text, value, hits);
        }
    }

    private static void Password(string text, int at, List<SecretHit> hits)
    {
        while (at < text.Length && text[at] == ' ') at++;
        if (at >= text.Length) return;
        var quote = text[at] is '"' or '\'' ? text[at++] : '\0';
        var end = at;
        while (end < text.Length && end - at < LongestPassword && (quote != '\0' ? text[end] != quote && text[end] != '\n'
            : text[end] > ' ' && text[end] is not ('"' or '\'' or '`' or '|' or ';' or ')' or '&' or '<' or '>'))) end++;
        if (SecretJudges.Drawn(text[at..end], SecretName.Password) is { } confidence)
            hits.Add(new SecretHit("password-by-name", at, end - at, confidence));
    }
}
