using Gatehouse.Packaging;

// Steps of ./publish that the shell cannot do, and the key of its signatures. Faults are one line on stderr and exit code 1.
try
{
    switch (args)
    {
        case ["normalize", var package, .. var rest]:
            NormalizedPackage.Normalize(package, new Options(rest).Timestamp("--time"));
            return 0;
        case ["sbom", .. var rest]:
            BomCommand.Run(new Options(rest));
            return 0;
        case ["sign", .. var rest]:
            SignCommand.Run(new Options(rest));
            return 0;
        case ["new-key", .. var rest]:
            KeyCommand.Run(new Options(rest));
            return 0;
        default:
            Console.Error.WriteLine("usage: gatehouse-packaging normalize PACKAGE --time SECONDS | sbom --kind archive|tool … (see ./publish)");
            Console.Error.WriteLine(
                "  | sign --folder DIR --key file:PATH|env:NAME --version V --commit C --time SECONDS --expires SECONDS | new-key --private FILE");
            return 2;
    }
}
catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException or System.Text.Json.JsonException
    or System.Security.Cryptography.CryptographicException)
{
    Console.Error.WriteLine($"gatehouse-packaging: {fault.Message}");
    return 1;
}
