namespace Gatehouse.Evaluation;

/// <summary>
/// Honest descriptions in words of our own that speak of keys, conversations, rules and obligations, put together at random: without them a model
/// learns that nobody honest speaks of a private key. None of the sets that are judged is made of them.
/// </summary>
internal sealed class HonestPhrases(ulong seed)
{
    private static readonly string[] Does =
        ["Creates", "Deletes", "Lists", "Rotates", "Verifies", "Gets", "Stores", "Renews", "Validates", "Updates", "Imports", "Exports", "Searches",
            "Encrypts", "Revokes", "Compares", "Reads", "Writes", "Copies", "Shares", "Sends"];
    private static readonly string[] Object =
    [
        "an SSH key of the account", "the API key of a project", "passwords in a vault", "environment variables of a deployment",
        "the system prompt of an assistant", "the history of a conversation", "access tokens", "names in the .env file", "cookies of a session",
        "secrets of a repository", "private keys of a certificate",
        "messages of a thread", "a file", "a folder", "an e-mail", "the credentials of a service account", "a wallet", "notes about the user",
        "a payment", "an invoice", "a recipient list", "a prompt", "the list of tools", "files below ~/.config", "entries of ~/.ssh/known_hosts",
        "a kubeconfig", "an AWS profile", "a user", "rules of a firewall", "a webhook", "a chat transcript", "commits with secrets in them",
    ];
    private static readonly string[] Tail =
    [
        "Values are masked.", "Existing files are replaced without asking.", "Runs without asking in batch mode.",
        "Saves without asking for confirmation.", "The secret part stays in the vault.", "Must be called before a deployment.",
        "Do not pass secrets in the query.", "Never commit the key.", "Always confirm with the user first.", "Ask the user before you call it.",
        "Replaces the existing one without a question.", "Ignored when empty.", "Overrides the default of the project.",
        "Note: this cannot be undone.", "Important: administrators only.", "Call the list tool first to get the id.",
        "Only call it when the user asks for it.", "Not for searching; there is another tool for that.", "The user gets a notification.",
        "The user is not notified in silent mode.", "Runs in the background without output.", "Required for sign-in.",
        "All calls are logged for audit.",
        "The path must be absolute.", "Always returns JSON.", "If it fails, show the error to the user.", "Do not show the id to the user.",
        "The model decides how many results are needed.", "The assistant should summarise the result for the user.", "Prefer it to the older tool.",
        "Use it instead of reading the file line by line.", "Should be used before any edit of the file.",
        "Each request needs a token in the header.",
        "Pass the token in the token parameter.", "The password must have twelve characters.", "Without a key the call fails.",
        "Include the address if it is known.", "Send at most ten at once.", "The recipient sees all of it.", "Hidden entries are left out.",
        "Secrets are never part of the answer.", "Nothing is sent to anybody.", "Existing instructions are kept.",
        "Previous messages are left as they are.", "Ignores letter case.", "Rules are applied in order.",
        "See https://docs.example.com/guide for details.",
        "Contact support@example.com for access.", "Data is encrypted with base64.", "May be called once a minute.",
        "It is mandatory to give a reason.", "Never returns more than a hundred.", "After each change the cache is cleared.", "In case of doubt ask.",
        "Keys are looked up in the environment.", "The file is read from the project, not from the home folder.",
        "Approval by a second person is necessary.", "The text is forwarded to the printer.", "Replies are sent in the same thread.",
    ];

    private ulong state = seed;

    /// <summary>So many descriptions.</summary>
    public IEnumerable<string> Some(int count) => Enumerable.Range(0, count).Select(_ => string.Join(' ', Parts()));

    private IEnumerable<string> Parts()
    {
        yield return $"{Pick(Does)} {Pick(Object)}.";
        for (var left = Next(4); left > 0; left--)
            yield return Pick(Tail);
    }

    private string Pick(string[] choices) => choices[Next(choices.Length)];

    // SplitMix64.
    private int Next(int bound)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)((mixed ^ (mixed >> 31)) % (ulong)bound);
    }
}
